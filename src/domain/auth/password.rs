//! Passwords: what a new one must be, and the one form in which all are compared. NIST SP 800-63B-4 §3.1.1:
//! length counts, composition rules do not; NFKC before hashing; nothing is cut off.

use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;

use crate::base::secret::Secret;
use crate::base::text::nfkc;

/// Longest password, in characters, before and after normalisation.
pub const LONGEST: usize = 128;

/// Most bytes of a password: 128 characters of four bytes.
const MOST_BYTES: usize = 512;

/// Characters that must be left when the person's own words are taken out.
const LEFT_WITHOUT_OWN_WORDS: usize = 8;

/// What a new password must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Fewest characters.
    pub min_length: usize,
    /// Lowest strength by zxcvbn, from 0 to 4.
    pub min_strength: u8,
}

/// Why a password was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weakness {
    /// Fewer characters than asked.
    TooShort,
    /// More characters than are ever hashed.
    TooLong,
    /// Known from a breach somewhere else.
    Breached,
    /// Among the most common passwords, or close to one.
    Common,
    /// Made of the person's own name or address, or of the product's name.
    Personal,
    /// Characters or words that repeat.
    Repeats,
    /// A row such as `abc` or `123`.
    Sequence,
    /// Neighbouring keys.
    Keyboard,
    /// A date or a year.
    Date,
    /// Guessable for another reason.
    Guessable,
}

impl Weakness {
    /// The word for the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Breached => "password_breached",
            Self::Common => "password_common",
            Self::Personal => "password_personal",
            Self::Repeats => "password_repeats",
            Self::Sequence => "password_sequence",
            Self::Keyboard => "password_keyboard",
            Self::Date => "password_date",
            Self::Guessable => "password_guessable",
        }
    }
}

/// A password in the form that is hashed. It says nothing about its strength.
#[derive(Clone, Debug)]
pub struct Password {
    folded: Secret,
    typed: Secret,
}

impl Password {
    /// Take a password as entered; `None` if it is empty or longer than any password can be.
    /// Length is looked at before normalisation, which could turn a short text into a very long one.
    pub fn enter(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > MOST_BYTES || text.chars().count() > LONGEST {
            return None;
        }
        let folded = Secret::new(nfkc(text));
        let fits = folded.expose().chars().count() <= LONGEST;
        fits.then(|| Self { folded, typed: Secret::new(text) })
    }

    /// A password that belongs to nobody: hashed where there is no account, so that every path does the same work.
    pub fn of_nobody() -> Self {
        let text = Secret::new("nobody has this password");
        Self { folded: text.clone(), typed: text }
    }

    /// The bytes to hash.
    pub fn bytes(&self) -> &[u8] {
        self.folded.expose().as_bytes()
    }

    /// The bytes as typed, which is what other systems have hashed.
    pub fn typed(&self) -> &[u8] {
        self.typed.expose().as_bytes()
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Password {}

/// Whether a new password has a right length. Costs nothing.
pub fn measure(text: &str, rules: Rules) -> Result<Password, Weakness> {
    match Password::enter(text) {
        Some(password) if password.folded.expose().chars().count() < rules.min_length => Err(Weakness::TooShort),
        Some(password) => Ok(password),
        None if text.is_empty() => Err(Weakness::TooShort),
        None => Err(Weakness::TooLong),
    }
}

/// Accept a new password or say why not, the most helpful reason first. `forbidden` are the person's own words
/// and those of the product. Takes some milliseconds: to be called where other hashing work is done.
pub fn choose(text: &str, rules: Rules, forbidden: &[String]) -> Result<Password, Vec<Weakness>> {
    let password = measure(text, rules).map_err(|weakness| vec![weakness])?;
    let chosen = password.folded.expose();
    let words = pieces(forbidden);
    if is_mostly_made_of(chosen, &words) {
        return Err(vec![Weakness::Personal]);
    }
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(chosen, &inputs);
    if u8::from(estimate.score()) >= rules.min_strength {
        return Ok(password);
    }
    let mut reasons: Vec<Weakness> = Vec::new();
    for part in estimate.sequence() {
        if let Some(reason) = reason_of(part, &words)
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    // A personal word is the reason a person can act on; it is said before the others.
    reasons.sort_by_key(|reason| *reason != Weakness::Personal);
    if reasons.is_empty() {
        reasons.push(Weakness::Guessable);
    }
    Err(reasons)
}

/// Whether too little is left of a password when the forbidden words are taken out. zxcvbn alone counts two own
/// words and a digit as hard enough to guess.
fn is_mostly_made_of(password: &str, words: &[String]) -> bool {
    let mut rest = password.to_lowercase();
    for word in words {
        rest = rest.replace(word.as_str(), "");
    }
    let (all, left) = (password.to_lowercase().chars().count(), rest.chars().count());
    left < all && left < LEFT_WITHOUT_OWN_WORDS
}

fn reason_of(part: &Match, words: &[String]) -> Option<Weakness> {
    match &part.pattern {
        MatchPattern::Dictionary(found) if words.contains(&found.matched_word) => Some(Weakness::Personal),
        MatchPattern::Dictionary(_) => Some(Weakness::Common),
        MatchPattern::Spatial(_) => Some(Weakness::Keyboard),
        MatchPattern::Repeat(_) => Some(Weakness::Repeats),
        MatchPattern::Sequence(_) => Some(Weakness::Sequence),
        MatchPattern::Regex(_) | MatchPattern::Date(_) => Some(Weakness::Date),
        MatchPattern::BruteForce => None,
    }
}

/// The words as a whole and in their parts, longest first: `hanako.yamada@mail.example` forbids `hanako` and
/// `yamada` too.
fn pieces(forbidden: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in forbidden {
        let folded = nfkc(text).to_lowercase();
        words.extend(folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        words.push(folded);
    }
    // Very short pieces would forbid half of all words.
    words.retain(|word| word.chars().count() >= 3 || !word.is_ascii() && !word.is_empty());
    words.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { min_length: 12, min_strength: 3 };

    fn weaknesses(text: &str, forbidden: &[&str]) -> Vec<Weakness> {
        let forbidden: Vec<String> = forbidden.iter().map(|&word| word.to_owned()).collect();
        choose(text, RULES, &forbidden).map_or_else(|reasons| reasons, |_| Vec::new())
    }

    #[test]
    fn a_long_unusual_phrase_is_accepted() {
        assert_eq!(weaknesses("violet kettle under 9 roofs", &[]), []);
        assert_eq!(weaknesses("こたつで食べるみかんは格別", &[]), []);
    }

    #[test]
    fn easy_guesses_say_why() {
        for (text, reason) in [
            ("short", Weakness::TooShort),
            ("", Weakness::TooShort),
            ("passwordpassword", Weakness::Repeats),
            ("abcdefghijklmnop", Weakness::Sequence),
            ("aaaaaaaaaaaaaaaa", Weakness::Repeats),
        ] {
            assert!(weaknesses(text, &[]).contains(&reason), "{text}: {:?}", weaknesses(text, &[]));
        }
    }

    #[test]
    fn own_words_are_not_a_password() {
        let own = ["hanako.yamada@mail.example", "山田", "Hosho"];
        for text in ["hanakoyamada", "YamadaHanako", "hoshohanako1"] {
            assert_eq!(weaknesses(text, &own).first(), Some(&Weakness::Personal), "{text}");
        }
    }

    #[test]
    fn width_does_not_matter() {
        let (plain, wide) = (Password::enter("kettle 9 roofs"), Password::enter("ｋｅｔｔｌｅ　９　ｒｏｏｆｓ"));
        assert!(plain.is_some());
        assert_eq!(plain, wide);
    }

    /// (A190)
    #[test]
    fn exactly_128_characters_fit_and_nothing_is_cut_off() {
        let longest = "あ".repeat(LONGEST);
        assert_eq!(Password::enter(&longest).unwrap().bytes(), longest.as_bytes());
        assert!(Password::enter(&"𠮷".repeat(LONGEST)).is_some());
        assert!(Password::enter(&"a".repeat(LONGEST + 1)).is_none());
        let one = Password::enter(&format!("{}a", "x".repeat(100)));
        assert_ne!(one, Password::enter(&format!("{}b", "x".repeat(100))));
    }

    #[test]
    fn what_would_be_expensive_is_refused_unread() {
        for huge in ["a".repeat(1 << 20), "\u{fdfa}".repeat(100_000), "\u{fdfa}".repeat(LONGEST)] {
            assert_eq!(Password::enter(&huge), None);
            assert_eq!(weaknesses(&huge, &[]), [Weakness::TooLong]);
        }
    }
}
