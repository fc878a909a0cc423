//! Authentication method references: which methods a sign-in used. RFC 8176 §2.

/// One method, by its registered value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// A password.
    Pwd,
    /// A one-time code.
    Otp,
    /// A code sent to a telephone.
    Sms,
    /// A key in hardware.
    Hwk,
    /// A key in software.
    Swk,
    /// A check of the person by the device (fingerprint, face, PIN).
    User,
    /// More than one factor.
    Mfa,
}

impl Method {
    const ALL: [Self; 7] = [Self::Pwd, Self::Otp, Self::Sms, Self::Hwk, Self::Swk, Self::User, Self::Mfa];

    /// The registered value.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
            Self::Sms => "sms",
            Self::Hwk => "hwk",
            Self::Swk => "swk",
            Self::User => "user",
            Self::Mfa => "mfa",
        }
    }
}

/// The methods of one sign-in, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amr(Vec<Method>);

impl Amr {
    /// These methods, in this order.
    pub fn of(methods: impl IntoIterator<Item = Method>) -> Self {
        let mut kept = Vec::new();
        for method in methods {
            if !kept.contains(&method) {
                kept.push(method);
            }
        }
        Self(kept)
    }

    /// The values of the claim.
    pub fn values(&self) -> Vec<&'static str> {
        self.0.iter().map(|method| method.value()).collect()
    }

    /// One text, as it is stored: the values with blanks between them.
    pub fn to_text(&self) -> String {
        self.values().join(" ")
    }

    /// Read the stored text back; unknown values are left out.
    pub fn from_text(text: &str) -> Self {
        Self::of(text.split(' ').filter_map(|value| Method::ALL.into_iter().find(|method| method.value() == value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_text_reads_back() {
        assert_eq!(Amr::of([Method::Pwd, Method::Otp, Method::Pwd]).to_text(), "pwd otp");
        assert_eq!(Amr::from_text("pwd otp").values(), ["pwd", "otp"]);
        assert_eq!(Amr::from_text("magic"), Amr::default());
    }
}
