//! The words that settings of the sign-in take.

use super::setting::FromSetting;

/// Whether a second factor is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nobody gets on without.
    Required,
    /// Whoever likes.
    Optional,
}

impl FromSetting for SecondFactor {
    fn from_setting(text: &str) -> Result<Self, String> {
        match text {
            "required" => Ok(Self::Required),
            "optional" => Ok(Self::Optional),
            _ => Err("required or optional is expected".to_owned()),
        }
    }
}

/// When a proof of work is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofOfWork {
    /// Where much is tried.
    Auto,
    /// From everybody.
    Always,
    /// Never.
    Off,
}

impl FromSetting for ProofOfWork {
    fn from_setting(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "off" => Ok(Self::Off),
            _ => Err("auto, always or off is expected".to_owned()),
        }
    }
}

/// Which sign-ins their owners get a letter about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInLetters {
    /// From a browser or a network that is new.
    Network,
    /// From a browser that is new.
    Browser,
    /// None.
    Off,
}

impl FromSetting for SignInLetters {
    fn from_setting(text: &str) -> Result<Self, String> {
        match text {
            "network" => Ok(Self::Network),
            "browser" => Ok(Self::Browser),
            "off" => Ok(Self::Off),
            _ => Err("network, browser or off is expected".to_owned()),
        }
    }
}
