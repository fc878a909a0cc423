//! The sample maker's customers and staff. All invented; their addresses are in a domain kept for examples.

use crate::base::Locale;

/// A customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// 姓, カナ, and Latin letters.
    pub family: (&'static str, &'static str, &'static str),
    /// 名, カナ, and Latin letters.
    pub given: (&'static str, &'static str, &'static str),
    /// The language of pages and letters.
    pub locale: &'static str,
}

/// The password of every sample customer and of the sample administrator.
pub const PASSWORD: &str = "kazemachi-no-demo-2026";
/// The sample administrator.
pub const ADMINISTRATOR: &str = "admin@kazemachi.example";

/// The customers. The first one is the one to sign in as: she has products of every kind.
pub static PEOPLE: &[Person] = &[
    person(("佐藤", "サトウ", "Sato"), ("花子", "ハナコ", "Hanako")),
    Person { family: ("ミラー", "ミラー", "Miller"), given: ("エマ", "エマ", "Emma"), locale: "en" },
    person(("鈴木", "スズキ", "Suzuki"), ("一郎", "イチロウ", "Ichiro")),
    person(("高橋", "タカハシ", "Takahashi"), ("美咲", "ミサキ", "Misaki")),
    person(("田中", "タナカ", "Tanaka"), ("健太", "ケンタ", "Kenta")),
    person(("伊藤", "イトウ", "Ito"), ("陽子", "ヨウコ", "Yoko")),
    person(("渡邉", "ワタナベ", "Watanabe"), ("大輔", "ダイスケ", "Daisuke")),
    person(("山本", "ヤマモト", "Yamamoto"), ("さくら", "サクラ", "Sakura")),
    person(("中村", "ナカムラ", "Nakamura"), ("翔", "ショウ", "Sho")),
    person(("小林", "コバヤシ", "Kobayashi"), ("由美子", "ユミコ", "Yumiko")),
    person(("加藤", "カトウ", "Kato"), ("誠", "マコト", "Makoto")),
    person(("吉田", "ヨシダ", "Yoshida"), ("葵", "アオイ", "Aoi")),
    person(("山田", "ヤマダ", "Yamada"), ("太郎", "タロウ", "Taro")),
    person(("佐々木", "ササキ", "Sasaki"), ("真理", "マリ", "Mari")),
    person(("山口", "ヤマグチ", "Yamaguchi"), ("浩二", "コウジ", "Koji")),
    person(("松本", "マツモト", "Matsumoto"), ("結衣", "ユイ", "Yui")),
    person(("井上", "イノウエ", "Inoue"), ("剛", "ツヨシ", "Tsuyoshi")),
    person(("木村", "キムラ", "Kimura"), ("千尋", "チヒロ", "Chihiro")),
    person(("林", "ハヤシ", "Hayashi"), ("直樹", "ナオキ", "Naoki")),
    person(("斎藤", "サイトウ", "Saito"), ("恵", "メグミ", "Megumi")),
    person(("清水", "シミズ", "Shimizu"), ("隆", "タカシ", "Takashi")),
    person(("山崎", "ヤマザキ", "Yamazaki"), ("舞", "マイ", "Mai")),
    person(("森", "モリ", "Mori"), ("拓海", "タクミ", "Takumi")),
    person(("池田", "イケダ", "Ikeda"), ("和子", "カズコ", "Kazuko")),
    person(("橋本", "ハシモト", "Hashimoto"), ("亮", "リョウ", "Ryo")),
    person(("阿部", "アベ", "Abe"), ("遥", "ハルカ", "Haruka")),
    person(("石川", "イシカワ", "Ishikawa"), ("修", "オサム", "Osamu")),
    person(("山下", "ヤマシタ", "Yamashita"), ("彩", "アヤ", "Aya")),
    person(("中島", "ナカジマ", "Nakajima"), ("悟", "サトル", "Satoru")),
    person(("石井", "イシイ", "Ishii"), ("奈々", "ナナ", "Nana")),
    person(("小川", "オガワ", "Ogawa"), ("勇気", "ユウキ", "Yuki")),
    person(("前田", "マエダ", "Maeda"), ("節子", "セツコ", "Setsuko")),
    person(("岡田", "オカダ", "Okada"), ("蓮", "レン", "Ren")),
    person(("長谷川", "ハセガワ", "Hasegawa"), ("友香", "トモカ", "Tomoka")),
    person(("藤田", "フジタ", "Fujita"), ("秀明", "ヒデアキ", "Hideaki")),
    person(("後藤", "ゴトウ", "Goto"), ("凛", "リン", "Rin")),
    person(("近藤", "コンドウ", "Kondo"), ("正", "タダシ", "Tadashi")),
    person(("村上", "ムラカミ", "Murakami"), ("春菜", "ハルナ", "Haruna")),
    person(("遠藤", "エンドウ", "Endo"), ("哲也", "テツヤ", "Tetsuya")),
    person(("青木", "アオキ", "Aoki"), ("幸子", "サチコ", "Sachiko")),
];

const fn person(
    family: (&'static str, &'static str, &'static str),
    given: (&'static str, &'static str, &'static str),
) -> Person {
    Person { family, given, locale: "ja" }
}

impl Person {
    /// The address they sign in with.
    pub fn email(&self) -> String {
        format!("{}.{}@example.jp", self.given.2, self.family.2).to_ascii_lowercase()
    }

    /// 佐藤 花子, Hanako Sato.
    pub fn display_name(&self, locale: Locale) -> String {
        match locale {
            Locale::Ja => format!("{} {}", self.family.0, self.given.0),
            Locale::En => format!("{} {}", self.given.2, self.family.2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_shares_an_address() {
        let mut addresses: Vec<String> = PEOPLE.iter().map(Person::email).collect();
        addresses.sort();
        addresses.dedup();
        assert_eq!(addresses.len(), PEOPLE.len());
    }
}
