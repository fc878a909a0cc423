//! Encryption of the content, each time with a key of its own. RFC 7518 §5.2 (CBC with HMAC) and §5.3 (GCM).

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt as _, BlockModeEncrypt as _, KeyInit, KeyIvInit as _,
};
use aes::{Aes128, Aes256};
use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use zeroize::Zeroizing;

use super::ContentEncryption;
use crate::base::digest::same;
use crate::base::random::Random;
use crate::base::{Fault, Result};

/// Encrypted content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    /// The initialization vector.
    pub iv: Vec<u8>,
    /// The ciphertext.
    pub text: Vec<u8>,
    /// The authentication tag.
    pub tag: Vec<u8>,
}

/// The bytes of a block of AES, and of an initialization vector of CBC.
const BLOCK: usize = 16;

/// Encrypt with a fresh initialization vector; `aad` is protected as well.
pub(super) fn seal(
    encryption: ContentEncryption,
    key: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    random: &Random,
) -> Result<Sealed> {
    let sealed = match Cipher::of(encryption, key) {
        Some(Cipher::Gcm(cipher)) => seal_gcm(&cipher, random.bytes(), aad, plaintext),
        Some(Cipher::Cbc(cipher)) => cipher.seal(random.bytes(), aad, plaintext),
        None => None,
    };
    sealed.ok_or_else(|| Fault::new("a token could not be encrypted").into())
}

/// Open what was sealed under this key, if it was.
pub(super) fn open(
    encryption: ContentEncryption,
    key: &[u8],
    aad: &[u8],
    sealed: &Sealed,
) -> Option<Zeroizing<Vec<u8>>> {
    match Cipher::of(encryption, key)? {
        Cipher::Gcm(cipher) => open_gcm(&cipher, aad, sealed),
        Cipher::Cbc(cipher) => cipher.open(aad, sealed),
    }
}

enum Cipher<'a> {
    Gcm(Box<LessSafeKey>),
    Cbc(Cbc<'a>),
}

impl<'a> Cipher<'a> {
    /// None where the key has another length.
    fn of(encryption: ContentEncryption, key: &'a [u8]) -> Option<Self> {
        if key.len() != encryption.key_length() {
            return None;
        }
        let gcm =
            |algorithm| UnboundKey::new(algorithm, key).ok().map(|key| Self::Gcm(Box::new(LessSafeKey::new(key))));
        let cbc = |hash| {
            // The first half authenticates, the second encrypts (RFC 7518 §5.2.2.1).
            let (mac, key) = key.split_at(key.len() / 2);
            Some(Self::Cbc(Cbc { mac: hmac::Key::new(hash, mac), key }))
        };
        match encryption {
            ContentEncryption::A128Gcm => gcm(&aead::AES_128_GCM),
            ContentEncryption::A256Gcm => gcm(&aead::AES_256_GCM),
            ContentEncryption::A128CbcHs256 => cbc(hmac::HMAC_SHA256),
            ContentEncryption::A256CbcHs512 => cbc(hmac::HMAC_SHA512),
        }
    }
}

fn seal_gcm(cipher: &LessSafeKey, iv: [u8; aead::NONCE_LEN], aad: &[u8], plaintext: &[u8]) -> Option<Sealed> {
    let mut text = plaintext.to_vec();
    let tag = cipher.seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(aad), &mut text).ok()?;
    Some(Sealed { iv: iv.to_vec(), text, tag: tag.as_ref().to_vec() })
}

fn open_gcm(cipher: &LessSafeKey, aad: &[u8], sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
    // ring takes the tag from the end of the text: one of another length would move the border.
    if sealed.tag.len() != cipher.algorithm().tag_len() {
        return None;
    }
    let nonce = Nonce::try_assume_unique_for_key(&sealed.iv).ok()?;
    let mut text = Zeroizing::new([sealed.text.as_slice(), &sealed.tag].concat());
    let length = cipher.open_in_place(nonce, Aad::from(aad), &mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

/// AES-CBC, then HMAC. [RFC 7518 §5.2.2](https://www.rfc-editor.org/rfc/rfc7518#section-5.2.2)
struct Cbc<'a> {
    mac: hmac::Key,
    key: &'a [u8],
}

impl Cbc<'_> {
    fn seal(&self, iv: [u8; BLOCK], aad: &[u8], plaintext: &[u8]) -> Option<Sealed> {
        let text = match self.key.len() {
            16 => cbc_encrypt::<Aes128>(self.key, &iv, plaintext),
            _ => cbc_encrypt::<Aes256>(self.key, &iv, plaintext),
        }?;
        Some(Sealed { tag: self.tag(aad, &iv, &text), iv: iv.to_vec(), text })
    }

    fn open(&self, aad: &[u8], sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        // The tag first: what is not authentic is not decrypted, so its padding tells nobody anything.
        let expected = self.tag(aad, &sealed.iv, &sealed.text);
        if !same(&expected, &sealed.tag) {
            return None;
        }
        match self.key.len() {
            16 => cbc_decrypt::<Aes128>(self.key, sealed),
            _ => cbc_decrypt::<Aes256>(self.key, sealed),
        }
    }

    /// The first half of the code over everything, the length of `aad` in bits included.
    fn tag(&self, aad: &[u8], iv: &[u8], text: &[u8]) -> Vec<u8> {
        let mut code = hmac::Context::with_key(&self.mac);
        code.update(aad);
        code.update(iv);
        code.update(text);
        code.update(&(aad.len() as u64 * 8).to_be_bytes());
        let code = code.sign();
        code.as_ref()[..code.as_ref().len() / 2].to_vec()
    }
}

fn cbc_encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    // At least one byte of padding, at most a block.
    let mut text = vec![0; plaintext.len() + BLOCK];
    let cipher = cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
    let length = cipher.encrypt_padded_b2b::<Pkcs7>(plaintext, &mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

fn cbc_decrypt<C: BlockCipherDecrypt + KeyInit>(key: &[u8], sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
    let mut plaintext = Zeroizing::new(sealed.text.clone());
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, &sealed.iv).ok()?;
    let length = cipher.decrypt_padded::<Pkcs7>(&mut plaintext).ok()?.len();
    plaintext.truncate(length);
    Some(plaintext)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::{base64url, from_base64url};

    fn bytes(text: &str) -> Vec<u8> {
        from_base64url(text).unwrap()
    }

    #[test]
    fn the_examples_of_rfc_7516_are_right() {
        // Appendix A.1, with a fixed initialization vector.
        let key = bytes("saH0gFSP4XM_tAP_a5rU9ooHbltwLiJpL4LLLnrqQPw");
        let aad = b"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ";
        let plaintext = b"The true sign of intelligence is not knowledge but imagination.";
        let Some(Cipher::Gcm(cipher)) = Cipher::of(ContentEncryption::A256Gcm, &key) else { panic!("GCM") };
        let sealed = seal_gcm(&cipher, bytes("48V1_ALb6US04U3b").try_into().unwrap(), aad, plaintext).unwrap();
        let text = "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A";
        assert_eq!(
            (base64url(&sealed.text).as_str(), base64url(&sealed.tag).as_str()),
            (text, "XFBoMYUZodetZdvTiFvSkQ")
        );
        assert_eq!(open(ContentEncryption::A256Gcm, &key, aad, &sealed).unwrap().as_slice(), plaintext);

        // Appendix B, the content of A.3.
        let key = bytes("BNMfxVSd_P4LZJ36P6pqzmt81C1vawnbyLEA8I-cLM8");
        let aad = b"eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0";
        let plaintext = b"Live long and prosper.";
        let Some(Cipher::Cbc(cipher)) = Cipher::of(ContentEncryption::A128CbcHs256, &key) else { panic!("CBC") };
        let sealed = cipher.seal(bytes("AxY8DCtDaGlsbGljb3RoZQ").try_into().unwrap(), aad, plaintext).unwrap();
        let text = "KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY";
        assert_eq!(
            (base64url(&sealed.text).as_str(), base64url(&sealed.tag).as_str()),
            (text, "U0m_YmjN04DJvceFICbCVQ")
        );
        assert_eq!(open(ContentEncryption::A128CbcHs256, &key, aad, &sealed).unwrap().as_slice(), plaintext);
    }

    #[test]
    fn the_examples_of_rfc_7518_are_right() {
        // Appendices B.1 and B.3. The tag is over the ciphertext, so it speaks for it too.
        let plaintext = "A cipher system must not be required to be secret, and it must be able to fall into the \
                         hands of the enemy without inconvenience";
        let iv = [0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc, 0x04];
        let aad = b"The second principle of Auguste Kerckhoffs";
        let tag = |encryption: ContentEncryption| {
            let key: Vec<u8> = (0..).take(encryption.key_length()).collect();
            let Some(Cipher::Cbc(cipher)) = Cipher::of(encryption, &key) else { panic!("CBC") };
            cipher.seal(iv, aad, plaintext.as_bytes()).unwrap().tag
        };
        let short = [0x65, 0x2c, 0x3f, 0xa3, 0x6b, 0x0a, 0x7c, 0x5b, 0x32, 0x19, 0xfa, 0xb3, 0xa3, 0x0b, 0xc1, 0xc4];
        assert_eq!(tag(ContentEncryption::A128CbcHs256), short);
        let long = [
            0x4d, 0xd3, 0xb4, 0xc0, 0x88, 0xa7, 0xf4, 0x5c, 0x21, 0x68, 0x39, 0x64, 0x5b, 0x20, 0x12, 0xbf, 0x2e, 0x62,
            0x69, 0xa8, 0xc5, 0x6a, 0x81, 0x6d, 0xbc, 0x1b, 0x26, 0x77, 0x61, 0x95, 0x5b, 0xc5,
        ];
        assert_eq!(tag(ContentEncryption::A256CbcHs512), long);
    }

    #[test]
    fn any_change_is_noticed() {
        let random = Random::system();
        for encryption in ContentEncryption::ALL {
            let key = vec![7; encryption.key_length()];
            for plaintext in [&b""[..], b"fifteen bytes..", b"sixteen bytes...", &[1; 1000]] {
                let sealed = seal(encryption, &key, b"aad", plaintext, &random).unwrap();
                assert_eq!(open(encryption, &key, b"aad", &sealed).unwrap().as_slice(), plaintext, "{encryption:?}");
                let mut changed = vec![
                    Sealed { iv: sealed.iv[1..].to_vec(), ..sealed.clone() },
                    Sealed { iv: Vec::new(), ..sealed.clone() },
                    Sealed { tag: sealed.tag[1..].to_vec(), ..sealed.clone() },
                    Sealed { tag: Vec::new(), ..sealed.clone() },
                    Sealed { text: [&sealed.text[..], &sealed.tag].concat(), tag: Vec::new(), iv: sealed.iv.clone() },
                    Sealed { text: [&sealed.text[..], &[0]].concat(), ..sealed.clone() },
                ];
                let flip = |bytes: &[u8], index: usize| {
                    let mut bytes = bytes.to_vec();
                    bytes[index] ^= 1;
                    bytes
                };
                for index in 0..sealed.text.len() {
                    changed.push(Sealed { text: flip(&sealed.text, index), ..sealed.clone() });
                    changed.push(Sealed { text: sealed.text[..index].to_vec(), ..sealed.clone() });
                }
                changed.extend((0..sealed.iv.len()).map(|at| Sealed { iv: flip(&sealed.iv, at), ..sealed.clone() }));
                changed.extend((0..sealed.tag.len()).map(|at| Sealed { tag: flip(&sealed.tag, at), ..sealed.clone() }));
                for changed in changed {
                    assert!(open(encryption, &key, b"aad", &changed).is_none(), "{encryption:?} {changed:?}");
                }
                assert!(open(encryption, &key, b"aae", &sealed).is_none());
                assert!(open(encryption, &key[1..], b"aad", &sealed).is_none());
            }
        }
    }
}
