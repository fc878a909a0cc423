//! What the rules do with answers that no authenticator gives. Whole ceremonies are in `tests/it/sign_in`.

use minicbor::Encoder;

use super::authenticator_data::{Asked, AuthenticatorData};
use super::client_data::{self, Ceremony};
use super::public_key::{CoseAlgorithm, PublicKey};
use super::response::{AssertionResponse, RegistrationResponse};
use super::{Deviation, RelyingParty};

fn party() -> RelyingParty {
    RelyingParty::new("id.example", "Maker", vec!["https://id.example".to_owned()])
}

/// A map of integers to integers and bytes, in the order given.
fn cose(members: &[(i64, Member)]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(members.len() as u64).unwrap();
    for (label, member) in members {
        encoder.i64(*label).unwrap();
        match member {
            Member::Number(number) => encoder.i64(*number).unwrap(),
            Member::Bytes(length) => encoder.bytes(&vec![7; *length]).unwrap(),
        };
    }
    encoder.into_writer()
}

enum Member {
    Number(i64),
    Bytes(usize),
}
use Member::{Bytes, Number};

#[test]
fn a_key_has_the_members_of_its_kind_and_no_others() {
    let es256 = [(1, Number(2)), (3, Number(-7)), (-1, Number(1)), (-2, Bytes(32)), (-3, Bytes(32))];
    let good = cose(&es256);
    let (key, used) = PublicKey::read(&[good.as_slice(), b"more"].concat()).unwrap();
    assert_eq!((key.algorithm(), used, key.cose()), (CoseAlgorithm::Es256, good.len(), good.as_slice()));
    assert_eq!(PublicKey::from_cose(&[good.as_slice(), b"more"].concat()), Err(Deviation::Malformed));

    for (what, members, expected) in [
        (
            "another curve",
            vec![(1, Number(2)), (3, Number(-7)), (-1, Number(2)), (-2, Bytes(32)), (-3, Bytes(32))],
            Deviation::Malformed,
        ),
        ("half a point", vec![(1, Number(2)), (3, Number(-7)), (-1, Number(1)), (-2, Bytes(32))], Deviation::Malformed),
        (
            "a long coordinate",
            vec![(1, Number(2)), (3, Number(-7)), (-1, Number(1)), (-2, Bytes(33)), (-3, Bytes(32))],
            Deviation::Malformed,
        ),
        ("another kind", vec![(1, Number(1)), (3, Number(-7)), (-1, Number(6)), (-2, Bytes(32))], Deviation::Malformed),
        (
            "ES384",
            vec![(1, Number(2)), (3, Number(-35)), (-1, Number(2)), (-2, Bytes(48)), (-3, Bytes(48))],
            Deviation::Algorithm,
        ),
        (
            "a member more",
            vec![(1, Number(1)), (3, Number(-8)), (-1, Number(6)), (-2, Bytes(32)), (4, Number(1))],
            Deviation::Malformed,
        ),
        (
            "a member twice",
            vec![(1, Number(1)), (3, Number(-8)), (3, Number(-8)), (-1, Number(6)), (-2, Bytes(32))],
            Deviation::Malformed,
        ),
        ("nothing", vec![], Deviation::Malformed),
    ] {
        assert_eq!(PublicKey::from_cose(&cose(&members)), Err(expected), "{what}");
    }
    for broken in [&b""[..], b"\xff", b"\xbf\xff", b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", &good[..good.len() - 1]] {
        assert_eq!(PublicKey::from_cose(broken), Err(Deviation::Malformed), "{broken:?}");
    }
}

#[test]
fn authenticator_data_is_read_to_its_last_byte() {
    let mut data = party().id_hash().to_vec();
    data.push(0x05);
    data.extend(7_u32.to_be_bytes());
    let read = AuthenticatorData::parse(&data).unwrap();
    assert_eq!((read.sign_count, read.verify(&party(), Asked::Person)), (7, Ok(())));
    for length in 0..data.len() {
        assert_eq!(AuthenticatorData::parse(&data[..length]).err(), Some(Deviation::Malformed), "{length}");
    }
    data[32] |= 0x80;
    // An empty map of extensions may follow, and nothing after it.
    assert!(AuthenticatorData::parse(&[data.as_slice(), b"\xa0"].concat()).is_ok());
    for wrong in [&b""[..], b"\x80", b"\xa1", b"\xa0\xa0", b"\xbf"] {
        let bytes = [data.as_slice(), wrong].concat();
        assert_eq!(AuthenticatorData::parse(&bytes).err(), Some(Deviation::Malformed), "{wrong:?}");
    }
}

#[test]
fn no_challenge_is_answered_by_none() {
    let say = |challenge: &str| {
        format!(r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"https://id.example"}}"#)
    };
    let judge = |json: &str, challenge: &[u8]| client_data::verify(json.as_bytes(), Ceremony::Get, challenge, &party());
    assert_eq!(judge(&say("AQI"), &[1, 2]), Ok(()));
    assert_eq!(judge(&say(""), &[]), Err(Deviation::Challenge));
    assert_eq!(judge(&say("AQI="), &[1, 2]), Err(Deviation::Challenge));
    let twice = say("AQI").replace("\"origin\"", "\"challenge\":\"AAAA\",\"origin\"");
    assert_eq!(judge(&twice, &[1, 2]), Err(Deviation::Malformed));
}

#[test]
fn what_a_browser_sends_has_one_name_of_the_right_kind() {
    let answer = |id: &str, raw: &str, kind: &str| {
        format!(
            r#"{{"id":"{id}","rawId":"{raw}","type":"{kind}","response":{{"clientDataJSON":"","attestationObject":"",
                "authenticatorData":"","signature":"","userHandle":null,"transports":["usb","usb","x"]}}}}"#
        )
    };
    let good = RegistrationResponse::parse(&answer("AAAA", "AAAA", "public-key")).unwrap();
    assert_eq!((good.credential_id.as_slice(), good.transports), (&[0, 0, 0][..], vec!["usb".to_owned()]));
    for (json, expected) in [
        (answer("AAAA", "BBBB", "public-key"), Deviation::Malformed),
        (answer("AAAA", "AAAA", "password"), Deviation::Malformed),
        (answer("A", "A", "public-key"), Deviation::Malformed),
        (answer("", "", "public-key"), Deviation::CredentialId),
        (answer(&"AAAA".repeat(342), &"AAAA".repeat(342), "public-key"), Deviation::CredentialId),
    ] {
        assert_eq!(RegistrationResponse::parse(&json).err(), Some(expected), "{json}");
        assert_eq!(AssertionResponse::parse(&json).err(), Some(expected), "{json}");
    }
}
