//! Codes of authenticator applications. RFC 6238 with the values that every such application knows: SHA-1, six digits,
//! thirty seconds; and the address by which they take over the secret (`otpauth`, Key Uri Format).

use std::time::Duration;

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::base::Timestamp;
use crate::base::time::minutes;

crate::id! {
    /// One authenticator application of an account.
    TotpId,
}

/// The length of a secret in bytes: as long as what SHA-1 gives. RFC 4226 §4 (R6).
pub const SECRET: usize = 20;

/// How long the first code may take, from the moment the secret was shown.
pub const SET_UP: Duration = minutes(30);

/// Applications of one account.
pub const MOST: usize = 5;

/// The longest name of one, in characters.
pub const LONGEST_NAME: usize = 40;

/// Steps before and after the present one whose codes are taken: clocks go wrong, and people type slowly.
/// [RFC 6238 §5.2](https://www.rfc-editor.org/rfc/rfc6238#section-5.2)
const SKEW: u16 = 1;

const STEP: u64 = 30;
const DIGITS: u8 = 6;

/// The step that a code belongs to, if it is one of now.
pub fn step_of(secret: &[u8; SECRET], code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.seconds()).ok()?;
    i64::try_from(totp(secret).check(code, seconds)?).ok()
}

/// The secret as it is typed into an application: base 32, in groups of four.
pub fn readable(secret: &[u8; SECRET]) -> String {
    let letters: Vec<char> = Secret::new_stack(*secret).to_base32().chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The address behind the QR code.
pub fn address(secret: &[u8; SECRET], issuer: &str, account: &str) -> String {
    let encode = |text: &str| {
        // A colon separates the two names.
        let plain = text.replace(':', " ");
        percent_encoding::utf8_percent_encode(plain.trim(), percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let (issuer, account) = (encode(issuer), encode(account));
    let secret = Secret::new_stack(*secret).to_base32();
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
    )
}

/// A name as typed; `None` where there is none that can be shown.
pub fn name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_fine = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    is_fine.then_some(name)
}

fn totp(secret: &[u8; SECRET]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP)
        .with_skew(SKEW)
        .with_secret(Secret::new_stack(*secret))
        .build_noncompliant()
}

/// The code that an application shows.
#[cfg(test)]
fn shown(secret: &[u8; SECRET], now: Timestamp) -> String {
    totp(secret).generate(u64::try_from(now.seconds()).unwrap()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const EXAMPLE: &[u8; SECRET] = b"12345678901234567890";

    #[test]
    fn the_examples_of_the_standard_come_out() {
        // The last six of the eight digits in appendix B.
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_seconds(second);
            assert_eq!(shown(EXAMPLE, now), code);
            assert_eq!(step_of(EXAMPLE, code, now), Some(second / 30));
        }
    }

    /// (A120)
    #[test]
    fn codes_of_the_steps_beside_the_present_one_are_taken_and_no_others_a120() {
        let code = shown(EXAMPLE, Timestamp::from_seconds(3000));
        for (second, is_taken) in [(2969, false), (2970, true), (3000, true), (3059, true), (3060, false)] {
            let taken = step_of(EXAMPLE, &code, Timestamp::from_seconds(second));
            assert_eq!(taken, is_taken.then_some(100), "{second}");
        }
        for odd in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(step_of(EXAMPLE, odd, Timestamp::from_seconds(3000)), None, "{odd}");
        }
    }

    #[test]
    fn applications_are_told_whose_secret_it_is() {
        assert_eq!(readable(EXAMPLE), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = address(EXAMPLE, "保証: Hosho", "a:b@mail.example");
        assert!(
            address.starts_with("otpauth://totp/%E4%BF%9D%E8%A8%BC%20%20Hosho:a%20b%40mail%2Eexample?secret="),
            "{address}"
        );
        assert_eq!(address.matches(':').count(), 2);
    }

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(name("  私の  スマホ ").as_deref(), Some("私の スマホ"));
        for bad in ["", "  ", &"あ".repeat(41), "a\u{7}"] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }
}
