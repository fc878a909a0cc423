//! `x-fapi-interaction-id`: one name for one call of a protected resource, for the records of both sides.
//! Financial-grade API Security Profile 1.0 Part 1 §6.2.1, UUIDs by RFC 9562.

use http::{HeaderMap, HeaderName};

use super::route::Route;
use crate::base::random::Random;
use crate::oidc::server::path;

/// The header.
pub const INTERACTION_ID: HeaderName = HeaderName::from_static("x-fapi-interaction-id");

/// What the answer of a protected resource says: the name that the client gave, else a new one. Other routes have none.
pub fn name(route: &Route, headers: &HeaderMap, random: &Random) -> Option<String> {
    let is_resource = route.access.api().is_some() || route.path == path::USERINFO;
    is_resource.then(|| given(headers).unwrap_or_else(|| made(random.bytes())))
}

/// The one name that was given, where it is one: nothing else is repeated.
fn given(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(INTERACTION_ID).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    value.to_str().ok().filter(|text| is_uuid(text)).map(str::to_owned)
}

fn is_uuid(text: &str) -> bool {
    let is_in_its_place = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_in_its_place)
}

/// Version 4 (RFC 9562 §5.4).
fn made(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random) & !(0xf000 << 64) & !(0xc000 << 48) | (0x4000 << 64) | (0x8000 << 48);
    let hex = format!("{number:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";

    #[test]
    fn a_new_name_says_that_it_is_random() {
        assert_eq!(made([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(made([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn one_name_is_repeated_as_it_came_and_nothing_else() {
        let headers = |values: &[&str]| {
            values.iter().map(|value| (INTERACTION_ID, value.parse().unwrap())).collect::<HeaderMap>()
        };
        assert_eq!(given(&headers(&[GOOD])).as_deref(), Some(GOOD));
        assert_eq!(given(&headers(&[&GOOD.to_uppercase()])), Some(GOOD.to_uppercase()));
        let mut two = headers(&[GOOD]);
        two.append(INTERACTION_ID, GOOD.parse().unwrap());
        assert_eq!(given(&two), None);
        for bad in [
            "",
            "x",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3",
            "c770aef3-6784-41f7-8e0e_ff5f97bddb3a",
            "<script>alert(1)</script>-----------",
        ] {
            assert_eq!(given(&headers(&[bad])), None, "{bad}");
        }
    }
}
