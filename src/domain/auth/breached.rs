//! Passwords that are in circulation since somebody else was broken into. They are known by the list that the operator
//! downloads: one SHA-1 and a count on each line, as Have I Been Pwned publishes it. NIST SP 800-63B-4 §3.1.1.2.

/// The beginning of a SHA-1, which stands for a password in the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which password.
    pub key: Key,
    /// How often it was found.
    pub count: u64,
}

/// A list is sorted into so many parts by its first two digits, one in memory at a time.
pub const BUCKETS: usize = 256;

/// The filter of each of these is read as a whole for a look-up: small enough for that, and large enough that little
/// space is lost on each.
pub const PARTITIONS: usize = 4096;

/// The longest line: a hash, a colon, the digits of a count, and the end of the line.
pub const LONGEST_LINE: usize = 64;

impl Key {
    /// The key of a SHA-1.
    pub fn of(sha1: &[u8; 20]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *sha1;
        Self(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The part of the list it is sorted into.
    pub fn bucket(self) -> usize {
        usize::try_from(self.0 >> 56).unwrap_or_default()
    }

    /// The partition of the filter it is in.
    pub fn partition(self) -> usize {
        usize::try_from(self.0 >> 52).unwrap_or_default()
    }
}

/// Read a line without its end: 40 hexadecimal digits, and a count or none.
pub fn read_line(line: &[u8]) -> Option<Line> {
    let (hash, rest) = line.split_at_checked(40)?;
    let mut sha1 = [0; 20];
    for (byte, pair) in sha1.iter_mut().zip(hash.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    let count = match rest {
        [] => 1,
        [b':', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            std::str::from_utf8(digits).ok()?.parse().ok()?
        }
        _ => return None,
    };
    Some(Line { key: Key::of(&sha1), count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_published() {
        // The SHA-1 of "password".
        let hash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
        let key = Key(0x5BAA_61E4_C9B9_3F3F);
        for (line, count) in
            [(format!("{hash}:9659365"), 9_659_365), (hash.to_owned(), 1), (format!("{}:3", hash.to_lowercase()), 3)]
        {
            assert_eq!(read_line(line.as_bytes()), Some(Line { key, count }), "{line}");
        }
        assert_eq!((key.bucket(), key.partition()), (0x5B, 0x5BA));
    }

    #[test]
    fn what_is_no_line_is_not_read() {
        let hash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
        for line in [
            String::new(),
            "password".to_owned(),
            hash[..39].to_owned(),
            format!("{hash}0:1"),
            format!("{hash}:"),
            format!("{hash}:-1"),
            format!("{hash}: 1"),
            format!("{hash}:99999999999999999999999"),
            format!("+{}:1", &hash[1..]),
            format!("{}é:1", &hash[2..]),
        ] {
            assert_eq!(read_line(line.as_bytes()), None, "{line}");
        }
    }
}
