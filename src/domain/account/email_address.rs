//! E-mail addresses as people in Japan have them. RFC 5321 §4.1.2, with one relaxation: old carrier
//! addresses have dots where RFC 5321 wants quotes (`.a..b.@docomo.ne.jp`), and they do receive mail.

use std::fmt;

use url::Host;

use crate::base::text::nfkc;

/// An address that can be written to. It holds no blank, line break or quote, so it cannot add a header.
#[derive(Clone, Debug, Eq)]
pub struct EmailAddress {
    local: String,
    domain: String,
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailAddressError {
    /// Nothing was entered.
    Empty,
    /// Longer than an address can be.
    TooLong,
    /// Not of the form `name@domain`.
    Malformed,
}

impl EmailAddressError {
    /// The word for the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong => "too_long",
            Self::Malformed => "not_an_email",
        }
    }
}

impl EmailAddress {
    /// Read an address as typed: full-width letters are folded, surrounding blanks dropped,
    /// an international domain is turned into its ASCII form.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        if text.len() > 1024 {
            return Err(EmailAddressError::TooLong);
        }
        let folded = nfkc(text);
        let folded = folded.trim();
        if folded.is_empty() {
            return Err(EmailAddressError::Empty);
        }
        let (local, domain) = folded.rsplit_once('@').ok_or(EmailAddressError::Malformed)?;
        let local = unquoted(local);
        if local.is_empty() || !local.chars().all(is_local_character) {
            return Err(EmailAddressError::Malformed);
        }
        let domain = ascii_domain(domain).ok_or(EmailAddressError::Malformed)?;
        // RFC 5321 §4.5.3.1: 64 octets before the @, 254 in a path without its brackets.
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self { local: local.to_owned(), domain })
    }

    /// One spelling for all that name the same mailbox: lower case, ASCII domain. Unique in the database,
    /// and what counters go by. (RFC 5321 lets the local part differ by case; no provider does.)
    pub fn normal(&self) -> String {
        format!("{}@{}", self.local.to_ascii_lowercase(), self.domain)
    }

    /// The form that goes into an SMTP envelope or a header: a local part that is no dot-atom is quoted.
    pub fn wire(&self) -> String {
        match is_dot_atom(&self.local) {
            true => format!("{}@{}", self.local, self.domain),
            false => format!("\"{}\"@{}", self.local, self.domain),
        }
    }

    /// What comes before the `@`, as typed.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What comes after the `@`, in ASCII.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The address with most of the name hidden, for pages that only remind its owner: `h•••@mail.example`.
    pub fn masked(&self) -> String {
        let first = self.local.chars().next().unwrap_or('•');
        format!("{first}•••@{}", self.domain)
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.normal() == other.normal()
    }
}

impl fmt::Display for EmailAddress {
    /// As its owner writes it, without quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// `"a..b"` as people copy it from RFC-minded programs.
fn unquoted(local: &str) -> &str {
    local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(local)
}

/// `atext` of [RFC 5322 §3.2.3](https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3), and the dot.
fn is_local_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|atom| !atom.is_empty())
}

fn ascii_domain(domain: &str) -> Option<String> {
    let Ok(Host::Domain(ascii)) = Host::parse(domain) else { return None };
    let labels: Vec<&str> = ascii.split('.').collect();
    let label_is_fine = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // A mailbox of the wider world has at least a name and a top-level domain, and the latter is no number.
    let top_is_a_name = labels.last().is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()));
    (labels.len() > 1 && labels.iter().all(label_is_fine) && top_is_a_name).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn spellings_of_one_mailbox_meet() {
        let normal = parse("hanako@mail.example").normal();
        for typed in ["Hanako@Mail.Example", " hanako@mail.example\u{3000}", "ｈａｎａｋｏ＠ｍａｉｌ．ｅｘａｍｐｌｅ"]
        {
            assert_eq!(parse(typed).normal(), normal, "{typed}");
        }
    }

    #[test]
    fn dots_of_old_carrier_addresses_are_kept_and_quoted_on_the_wire() {
        for typed in ["a..b@docomo.ne.jp", ".ab@ezweb.ne.jp", "ab.@softbank.ne.jp", "\"a..b\"@docomo.ne.jp"] {
            let address = parse(typed);
            assert_eq!(address.wire(), format!("\"{}\"@{}", address.local(), address.domain()));
            assert!(!address.to_string().contains('"'));
        }
        assert_eq!(parse("a.b+tag@mail.example").wire(), "a.b+tag@mail.example");
    }

    #[test]
    fn an_international_domain_has_one_normal_form() {
        assert_eq!(parse("info@例え.jp").normal(), "info@xn--r8jz45g.jp");
        assert_eq!(parse("info@XN--R8JZ45G.jp").normal(), "info@xn--r8jz45g.jp");
        assert_eq!(parse("info@例え。jp").normal(), "info@xn--r8jz45g.jp");
    }

    #[test]
    fn what_could_add_a_header_or_a_recipient_is_no_address() {
        for bad in [
            "a@mail.example\r\nBcc: x@evil.example",
            "a\nb@mail.example",
            "a@mail.example,b@mail.example",
            "a b@mail.example",
            "<a@mail.example>",
            "a@mail.example>",
            "\"a\r\n\"@mail.example",
            "a\0@mail.example",
            "a\u{202e}b@mail.example",
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(EmailAddressError::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        use EmailAddressError::{Empty, Malformed, TooLong};
        let long = format!("{}@mail.example", "a".repeat(65));
        let huge = "a".repeat(1 << 20);
        for (text, error) in [
            ("", Empty),
            (" \u{3000}", Empty),
            ("hanako", Malformed),
            ("@mail.example", Malformed),
            ("a@localhost", Malformed),
            ("a@127.0.0.1", Malformed),
            ("a@[127.0.0.1]", Malformed),
            ("a@mail..example", Malformed),
            ("a@mail.example.", Malformed),
            ("a@-x.example", Malformed),
            ("a@b@mail.example", Malformed),
            ("はなこ@mail.example", Malformed),
            (long.as_str(), TooLong),
            (huge.as_str(), TooLong),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(error), "{}", &text[..text.len().min(40)]);
        }
    }

    #[test]
    fn a_mask_shows_the_domain_only() {
        assert_eq!(parse("hanako@mail.example").masked(), "h•••@mail.example");
    }
}
