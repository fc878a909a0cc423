//! Reading back the letters that were written as `.eml` files: as much of RFC 5322, RFC 2045 and RFC 2047 as those use.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A letter that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// The address it went to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The date line, as it was written.
    pub date: String,
    /// The text for readers of plain text.
    pub text: String,
    /// The page for everybody else.
    pub html: String,
}

/// Read a letter. What cannot be read stays empty.
pub fn read(file: &str) -> Letter {
    let file = file.replace("\r\n", "\n");
    let (head, body) = split(&file);
    let headers = Headers::read(head);
    let mut letter = Letter {
        to: headers.value("to").trim_matches(['<', '>']).to_owned(),
        subject: decoded_words(&headers.value("subject")),
        date: headers.value("date"),
        ..Letter::default()
    };
    take_part(&headers, body, &mut letter);
    letter
}

fn take_part(headers: &Headers, body: &str, letter: &mut Letter) {
    let kind = headers.value("content-type");
    if let Some(boundary) = parameter(&kind, "boundary") {
        let line = format!("--{boundary}");
        for part in body.split(line.as_str()).skip(1).filter(|part| !part.starts_with("--")) {
            let (head, body) = split(part.trim_start_matches('\n'));
            take_part(&Headers::read(head), body, letter);
        }
        return;
    }
    let text = match headers.value("content-transfer-encoding").to_ascii_lowercase().as_str() {
        "base64" => from_base64(body),
        "quoted-printable" => from_quoted_printable(body),
        _ => body.to_owned(),
    };
    if kind.to_ascii_lowercase().starts_with("text/html") {
        letter.html = text;
    } else {
        letter.text = text;
    }
}

fn split(message: &str) -> (&str, &str) {
    message.split_once("\n\n").unwrap_or((message, ""))
}

/// The header lines of a part.
struct Headers(Vec<(String, String)>);

impl Headers {
    fn read(head: &str) -> Self {
        // A line that begins with a blank goes on with the line before it.
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let pairs = unfolded.lines().filter_map(|line| line.split_once(':'));
        Self(pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect())
    }

    fn value(&self, name: &str) -> String {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn from_base64(text: &str) -> String {
    let packed: String = text.split_whitespace().collect();
    STANDARD.decode(packed).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn from_quoted_printable(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let digits: String = rest.by_ref().take(2).map(char::from).collect();
        if let Ok(value) = u8::from_str_radix(&digits, 16) {
            bytes.push(value);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `=?utf-8?b?…?=` and `=?utf-8?q?…?=`; neighbours are joined without the blank between them.
fn decoded_words(value: &str) -> String {
    let mut whole = String::new();
    let mut after_word = false;
    for piece in value.split(' ') {
        let decoded = piece.strip_prefix("=?").and_then(|rest| rest.strip_suffix("?=")).and_then(|word| {
            let mut parts = word.splitn(3, '?').skip(1);
            match (parts.next()?.to_ascii_lowercase().as_str(), parts.next()?) {
                ("b", text) => Some(from_base64(text)),
                ("q", text) => Some(from_quoted_printable(&text.replace('_', " "))),
                _ => None,
            }
        });
        let joins_on = after_word && decoded.is_some();
        if !(whole.is_empty() || joins_on) {
            whole.push(' ');
        }
        after_word = decoded.is_some();
        whole.push_str(&decoded.unwrap_or_else(|| piece.to_owned()));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_of_two_parts_is_read_back() {
        let file = "From: Hosho <id@example>\r\nTo: <hanako@example.jp>\r\n\
            Subject: =?utf-8?b?56K66KqN44Kz44O844OJ?=\r\n =?utf-8?b?IDEyMw==?=\r\n\
            Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nContent-Type: multipart/alternative;\r\n boundary=\"x\"\r\n\r\n\
            --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            123=\r\n456 =E7=A2=BA\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--x--\r\n";
        let letter = read(file);
        assert_eq!(letter.to, "hanako@example.jp");
        assert_eq!(letter.subject, "確認コード 123");
        assert_eq!(letter.text.trim_end(), "123456 確");
        assert_eq!(letter.html, "<b>hi</b>");
    }

    #[test]
    fn what_is_no_letter_is_read_as_an_empty_one() {
        assert_eq!(read("").to, "");
        assert_eq!(read("Subject: =?utf-8?x?y?=").subject, "=?utf-8?x?y?=");
    }
}
