//! What a revocation request names. RFC 7009 §2.1: the hint only says what to try first, so it is not needed
//! where every kind of token has a form of its own.

use super::error::OAuthError;
use super::params::Params;
use super::refresh_token_family::{RefreshToken, RefreshTokenKey};

/// The token that shall end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revoked<'a> {
    /// A refresh token that this server made.
    Refresh(RefreshToken),
    /// Perhaps an access token.
    Access(&'a str),
}

impl<'a> Revoked<'a> {
    /// Read the request. An unknown hint is ignored (RFC 7009 §2.2), a wrong one does not mislead.
    pub fn parse(params: &'a Params, key: &RefreshTokenKey) -> Result<Self, OAuthError> {
        let token = params.required("token")?;
        Ok(key.read(token).map_or(Self::Access(token), Self::Refresh))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::GrantId;
    use crate::oidc::refresh_token_family::Generation;
    use zeroize::Zeroizing;

    #[test]
    fn a_wrong_hint_does_not_mislead_a063() {
        let key = RefreshTokenKey::new(Zeroizing::new([1; 32]));
        let token = key.token(&GrantId::from("g"), Generation::FIRST);
        for hint in ["", "access_token", "refresh_token", "something"] {
            let form = format!("token={}&token_type_hint={hint}", token.expose());
            let params = Params::parse_strict(&[form.as_bytes()]).unwrap();
            assert!(matches!(Revoked::parse(&params, &key), Ok(Revoked::Refresh(_))), "{hint}");
        }
        let params = Params::parse_strict(&[b"token=a.b.c&token_type_hint=refresh_token"]).unwrap();
        assert_eq!(Revoked::parse(&params, &key), Ok(Revoked::Access("a.b.c")));
        assert!(Revoked::parse(&Params::default(), &key).is_err());
    }
}
