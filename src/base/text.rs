//! Text as people type it: folding of width, case and kana, and what is never accepted.

use unicode_normalization::UnicodeNormalization as _;

/// NFKC: full-width letters and digits become plain ones, half-width kana become full-width.
pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// One spelling for searching: NFKC, lower case, hiragana for katakana, the usual kanji for its variants in names,
/// single spaces.
pub fn search_form(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).map(hiragana).map(usual_kanji).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every pair of neighbouring characters of the search form (one character alone stands for itself):
/// what the bigram child tables hold, since neither database indexes the inside of Japanese words.
pub fn bigrams(text: &str) -> Vec<String> {
    let folded = search_form(text);
    let mut found: Vec<String> = Vec::new();
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() == 1 {
            found.push(letters.iter().collect());
        }
        found.extend(letters.windows(2).map(|pair| pair.iter().collect()));
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a text from outside may be stored: no NUL and no other control character, but for
/// line breaks and tabs where `multi_line` allows them. Both databases see the same.
pub fn is_storable(text: &str, multi_line: bool) -> bool {
    !text.chars().any(|c| c.is_control() && !(multi_line && matches!(c, '\n' | '\r' | '\t')))
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Variants that are common in names and that no Unicode normalisation folds: 髙橋 is found as 高橋.
fn usual_kanji(c: char) -> char {
    const GROUPS: [&str; 37] = [
        "高髙",
        "崎﨑嵜",
        "辺邊邉",
        "斉齊斎齋",
        "浜濱濵",
        "桜櫻",
        "沢澤",
        "広廣",
        "国國",
        "島嶋嶌",
        "徳德",
        "恵惠",
        "真眞",
        "寿壽",
        "竜龍",
        "栄榮",
        "蔵藏",
        "瀬瀨",
        "富冨",
        "条條",
        "円圓",
        "学學",
        "実實",
        "荘莊",
        "万萬",
        "与與",
        "会會",
        "黒黑",
        "吉𠮷",
        "柳栁桺",
        "曽曾",
        "渕淵",
        "館舘",
        "桑桒",
        "槙槇",
        "静靜",
        "巌巖",
    ];
    match GROUPS.iter().find(|group| group.contains(c)) {
        Some(group) => group.chars().next().unwrap_or(c),
        None => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        assert_eq!(search_form("ヤマダ　ﾊﾅｺ"), search_form("やまだ はなこ"));
        assert_eq!(search_form("ＡＢＣ"), "abc");
        for variants in ["渡邉 渡邊 渡辺", "髙橋 高橋", "齋藤 齊藤 斎藤 斉藤", "𠮷田 吉田", "濱﨑 浜崎"]
        {
            let forms: Vec<String> = variants.split(' ').map(search_form).collect();
            assert!(forms.windows(2).all(|pair| pair[0] == pair[1]), "{forms:?}");
        }
    }

    #[test]
    fn bigrams_find_the_inside_of_a_word() {
        assert_eq!(bigrams("山田花"), ["山田", "田花"]);
        assert_eq!(bigrams("林"), ["林"]);
    }

    #[test]
    fn control_characters_are_not_storable() {
        assert!(is_storable("two\nlines", true));
        assert!(!is_storable("two\nlines", false));
        assert!(!is_storable("nul\0", true));
    }
}
