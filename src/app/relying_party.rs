//! Who we are to passkeys, from the settings. Web Authentication Level 3, §5.11 and §13.4.9.

use crate::config::Config;
use crate::config::passkey::{AndroidApp, PasskeyDomain, WebOrigin};
use crate::webauthn::RelyingParty;

/// The relying party: our own pages, those of related sites, and the maker's apps.
pub(super) fn of(config: &Config) -> Option<RelyingParty> {
    let settings = &config.passkey;
    let issuer = &config.top.issuer;
    let own = issuer.domain()?;
    let id = settings.rp_id.as_ref().map_or(own, PasskeyDomain::as_str).to_owned();
    let mut origins = vec![issuer.origin()];
    origins.extend(settings.related_origins.iter().map(WebOrigin::as_str).map(str::to_owned));
    origins.extend(settings.android_apps.iter().map(AndroidApp::origin));
    // An app for Apple's systems speaks as the domain that vouches for it.
    origins.extend((!settings.apple_apps.is_empty()).then(|| format!("https://{id}")));
    Some(RelyingParty::new(id, &config.top.display_name, origins))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(variables: &[(&str, &str)]) -> Option<RelyingParty> {
        of(&Config::from_variables(variables).unwrap())
    }

    #[test]
    fn passkeys_are_bound_to_a_name() {
        assert_eq!(party(&[]).unwrap().id, "localhost");
        assert!(party(&[("HOSHO_ISSUER", "http://127.0.0.1:8080")]).is_none());
        let own = [
            ("HOSHO_ISSUER", "https://ID.maker.example"),
            ("HOSHO_MAIL_FROM", "id@maker.example"),
            ("HOSHO_PASSKEY_RP_ID", "maker.example"),
            ("HOSHO_PASSKEY_RELATED_ORIGINS", "https://brand.example"),
        ];
        let party = party(&own).unwrap();
        assert_eq!(party.id, "maker.example");
        assert!(party.accepts("https://id.maker.example") && party.accepts("https://brand.example"));
        for foreign in ["https://maker.example", "https://id.maker.example:8443", "https://brand.example.evil.tld"] {
            assert!(!party.accepts(foreign), "{foreign}");
        }
    }
}
