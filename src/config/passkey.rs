//! To what passkeys are bound, and who besides our own pages may use them: related origins (Web Authentication
//! Level 3, §5.11) and native apps.

use url::{Host, Url};

use super::setting::FromSetting;
use crate::base::digest::base64url;

/// The domain that passkeys are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyDomain(String);

impl PasskeyDomain {
    /// Whether pages of this host may use passkeys of the domain: it is the host, or stands above it.
    pub fn covers(&self, host: &str) -> bool {
        host == self.0 || host.strip_suffix(&self.0).is_some_and(|rest| rest.ends_with('.'))
    }

    /// The domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromSetting for PasskeyDomain {
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || "a domain such as maker.example is expected".to_owned();
        match Host::parse(text).map_err(|_| expected())? {
            // No browser binds a passkey to a top-level domain.
            Host::Domain(domain) if domain.contains('.') || domain == "localhost" => Ok(Self(domain)),
            Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => Err(expected()),
        }
    }
}

/// The origin of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// As browsers spell it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromSetting for WebOrigin {
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || format!("an origin such as https://brand.example is expected, not {text}");
        let url = Url::parse(text).map_err(|_| expected())?;
        let origin = url.origin().ascii_serialization();
        // Nothing but the origin: a path would promise a limit that browsers do not know.
        if url.scheme() != "https" || url.domain().is_none() || text.trim_end_matches('/') != origin {
            return Err(expected());
        }
        Ok(Self(origin))
    }
}

/// An app for Apple's systems, by the identifier that its entitlement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppleApp(String);

impl AppleApp {
    /// `TEAM.BUNDLE`
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromSetting for AppleApp {
    fn from_setting(text: &str) -> Result<Self, String> {
        let is_name =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        match text.split_once('.') {
            Some((team, bundle)) if team.len() == 10 && is_name(team) && is_name(bundle) => Ok(Self(text.to_owned())),
            Some(_) | None => Err("an app such as A1B2C3D4E5.com.example.app is expected".to_owned()),
        }
    }
}

/// An app for Android: its name, and the certificate that it is signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AndroidApp {
    /// `com.example.app`
    pub package: String,
    fingerprint: [u8; 32],
}

impl AndroidApp {
    /// The fingerprint as `assetlinks.json` has it.
    pub fn fingerprint(&self) -> String {
        self.fingerprint.map(|byte| format!("{byte:02X}")).join(":")
    }

    /// The origin that the app has to authenticators.
    pub fn origin(&self) -> String {
        format!("android:apk-key-hash:{}", base64url(self.fingerprint))
    }
}

impl FromSetting for AndroidApp {
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || "an app such as com.example.app=AB:CD:… (32 bytes) is expected".to_owned();
        let (package, digits) = text.split_once('=').ok_or_else(expected)?;
        let is_package = !package.is_empty()
            && package.contains('.')
            && package.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
        let bytes: Option<Vec<u8>> =
            digits.split(':').map(|two| u8::from_str_radix(two, 16).ok().filter(|_| two.len() == 2)).collect();
        match bytes.and_then(|bytes| bytes.try_into().ok()) {
            Some(fingerprint) if is_package => Ok(Self { package: package.to_owned(), fingerprint }),
            Some(_) | None => Err(expected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_covers_itself_and_what_is_below_it() {
        let domain = PasskeyDomain::from_setting("maker.example").unwrap();
        assert!(domain.covers("maker.example") && domain.covers("id.maker.example"));
        assert!(!domain.covers("notmaker.example") && !domain.covers("example") && !domain.covers(""));
        for bad in ["example", "127.0.0.1", "https://maker.example", "maker.example/", ""] {
            assert!(PasskeyDomain::from_setting(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_nothing_but_an_origin() {
        assert_eq!(WebOrigin::from_setting("https://brand.example/").unwrap().as_str(), "https://brand.example");
        for bad in
            ["http://brand.example", "https://brand.example/x", "https://u@brand.example", "https://192.0.2.1", "x"]
        {
            assert!(WebOrigin::from_setting(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn apps_are_named_as_their_systems_name_them() {
        assert!(AppleApp::from_setting("A1B2C3D4E5.com.example.app").is_ok());
        assert!(AppleApp::from_setting("com.example.app").is_err());
        let print = vec!["AB"; 32].join(":");
        let app = AndroidApp::from_setting(&format!("com.example.app={print}")).unwrap();
        assert_eq!((app.package.as_str(), app.fingerprint()), ("com.example.app", print));
        assert_eq!(app.origin(), format!("android:apk-key-hash:{}", base64url([0xab; 32])));
        for bad in ["com.example.app", "com.example.app=AB:CD", "app=", "com.example.app=+A:"] {
            assert!(AndroidApp::from_setting(bad).is_err(), "{bad}");
        }
    }
}
