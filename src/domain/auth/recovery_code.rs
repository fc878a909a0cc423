//! Recovery codes: a list to print, each code good once in place of the second factor. NIST SP 800-63B-4 §3.1.2
//! (look-up secrets): 80 random bits each, so that a fast hash is enough.

/// How many codes a list has.
pub const COUNT: usize = 10;

/// So few that a new list is due.
pub const FEW: usize = 3;

/// Random bytes of one code.
pub const BYTES: usize = 10;

/// Letters and digits that cannot be mistaken for each other when read from paper.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of one code, and of each group of it.
const LETTERS: usize = 16;
const GROUP: usize = 4;

/// Write random bytes as a code, grouped as it is printed.
pub fn write(bytes: [u8; BYTES]) -> String {
    let number = bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    let mut code = String::new();
    for position in 0..LETTERS {
        if position > 0 && position % GROUP == 0 {
            code.push('-');
        }
        let index = usize::try_from((number >> (5 * (LETTERS - 1 - position))) & 31).unwrap_or(0);
        code.push(char::from(ALPHABET[index]));
    }
    code
}

/// Read a code as typed from paper: width, case, blanks, hyphens, and letters that look like others are understood.
/// `None` if it cannot be one.
pub fn parse(typed: &str) -> Option<String> {
    if typed.len() > 200 {
        return None;
    }
    let code: String = crate::base::text::nfkc(typed)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | 'ー' | '‐' | '−' | '–'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (code.len() == LETTERS && code.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eighty_bits_and_is_read_back_as_printed_a122() {
        assert_eq!(write([0; BYTES]), "0000-0000-0000-0000");
        assert_eq!(write([255; BYTES]), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(write([0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10]), "GGGG-GGGG-GGGG-GGGG");
        assert_eq!(parse(&write([7; BYTES])), Some(write([7; BYTES]).replace('-', "")));
    }

    #[test]
    fn a_code_is_understood_as_typed_from_paper() {
        assert_eq!(parse(" zzzz zzzz-ZZZZ－ｚｚｚｚ ").as_deref(), Some("ZZZZZZZZZZZZZZZZ"));
        assert_eq!(parse("OIL0-0000-0000-0000").as_deref(), Some("0110000000000000"));
        for bad in ["", "ZZZZ-ZZZZ-ZZZZ-ZZZ", "ZZZZ-ZZZZ-ZZZZ-ZZZU", &"Z".repeat(300)] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
