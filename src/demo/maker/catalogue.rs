//! What the sample maker makes: three lines, twelve categories, three models of each. Names and numbers are invented.

use crate::domain::registry::check_digit::CheckDigit;

/// A family of products under one brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The brand on the label, and the namespace of its serial numbers.
    pub brand: &'static str,
    /// Name in Japanese and English.
    pub name: (&'static str, &'static str),
    /// What it stands for, in one sentence.
    pub story: (&'static str, &'static str),
    /// What its serial numbers look like.
    pub serial_regex: &'static str,
    /// How their last character is computed.
    pub check_digit: CheckDigit,
}

/// A kind of product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// The code in the catalogue, and of its drawing.
    pub code: &'static str,
    /// Name in Japanese and English.
    pub name: (&'static str, &'static str),
    /// Which line it belongs to.
    pub line: &'static Line,
    /// The code of its warranty plan.
    pub plan: &'static str,
}

/// A model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// The number on the label.
    pub model_no: &'static str,
    /// Name in Japanese and English.
    pub name: (&'static str, &'static str),
    /// Which kind of product it is.
    pub category: &'static Category,
    /// The shop's price in yen, tax included.
    pub price: u32,
    /// The year of its first sale.
    pub launched: i16,
}

/// Air.
pub static SORA: Line = Line {
    brand: "SORA",
    name: ("空 SORA", "SORA"),
    story: ("窓を開けたときのような空気を、一年じゅう。", "The air of an open window, all year round."),
    serial_regex: "SR[0-9]{9}",
    check_digit: CheckDigit::Luhn,
};
/// The kitchen.
pub static KAMADO: Line = Line {
    brand: "KAMADO",
    name: ("竈 KAMADO", "KAMADO"),
    story: ("火加減を覚えている、台所の道具。", "Kitchen tools that remember the heat."),
    serial_regex: "KM[0-9]{9}",
    check_digit: CheckDigit::Mod10,
};
/// The garden.
pub static NIWA: Line = Line {
    brand: "NIWA",
    name: ("庭 NIWA", "NIWA"),
    story: ("ひとつの電池で、庭の仕事をぜんぶ。", "One battery for every job in the garden."),
    serial_regex: "NW[0-9A-Z]{9}",
    check_digit: CheckDigit::Mod37_36,
};

macro_rules! categories {
    ($($constant:ident = $code:literal, $ja:literal, $en:literal, $line:ident, $plan:literal;)+) => {
        $(static $constant: Category =
            Category { code: $code, name: ($ja, $en), line: &$line, plan: $plan };)+
        /// Every kind of product.
        pub static CATEGORIES: &[&Category] = &[$(&$constant),+];
    };
}

categories! {
    AIRCON = "aircon", "エアコン", "Air conditioners", SORA, "SORA-AIRCON";
    PURIFIER = "purifier", "空気清浄機", "Air purifiers", SORA, "SORA-STANDARD";
    FAN = "fan", "扇風機", "Fans", SORA, "SORA-STANDARD";
    HUMIDIFIER = "humidifier", "加湿器", "Humidifiers", SORA, "SORA-STANDARD";
    RICE_COOKER = "rice-cooker", "炊飯器", "Rice cookers", KAMADO, "KAMADO-RICE";
    KETTLE = "kettle", "電気ケトル", "Kettles", KAMADO, "KAMADO-STANDARD";
    TOASTER = "toaster", "トースター", "Toasters", KAMADO, "KAMADO-STANDARD";
    MILL = "mill", "コーヒーミル", "Coffee mills", KAMADO, "KAMADO-STANDARD";
    BRUSH_CUTTER = "brush-cutter", "充電式草刈機", "Cordless brush cutters", NIWA, "NIWA-CORDLESS";
    PRUNER = "pruner", "充電式剪定ばさみ", "Cordless pruners", NIWA, "NIWA-CORDLESS";
    BLOWER = "blower", "充電式ブロワー", "Cordless blowers", NIWA, "NIWA-CORDLESS";
    WASHER = "washer", "高圧洗浄機", "Pressure washers", NIWA, "NIWA-WASHER";
}

/// Every model, in the order of the catalogue.
pub static MODELS: &[Model] = &[
    model("SR-A22", "エアコン 凪 6畳用", "Nagi air conditioner, 2.2 kW", &AIRCON, 89_800, 2021),
    model("SR-A28", "エアコン 凪 10畳用", "Nagi air conditioner, 2.8 kW", &AIRCON, 119_800, 2021),
    model("SR-A40P", "エアコン 凪 プレミアム 14畳用", "Nagi Premium air conditioner, 4.0 kW", &AIRCON, 198_000, 2023),
    model("SR-P10", "空気清浄機 朝霧", "Asagiri air purifier", &PURIFIER, 24_800, 2020),
    model("SR-P20", "空気清浄機 朝霧 リビング", "Asagiri Living air purifier", &PURIFIER, 39_800, 2022),
    model("SR-P30H", "加湿空気清浄機 朝霧 うるおい", "Asagiri Moist air purifier", &PURIFIER, 54_800, 2024),
    model("SR-F11", "扇風機 そよ", "Soyo fan", &FAN, 12_800, 2019),
    model("SR-F21", "DC扇風機 そよ 静音", "Soyo Quiet fan", &FAN, 21_800, 2022),
    model("SR-F31C", "サーキュレーター つむじ", "Tsumuji air circulator", &FAN, 9_800, 2023),
    model("SR-H05", "卓上加湿器 しずく", "Shizuku desktop humidifier", &HUMIDIFIER, 6_980, 2021),
    model("SR-H15", "加湿器 しずく 大容量", "Shizuku Large humidifier", &HUMIDIFIER, 14_800, 2022),
    model("SR-H25S", "スチーム加湿器 湯の花", "Yunohana steam humidifier", &HUMIDIFIER, 19_800, 2024),
    model("KM-R055", "炊飯器 福炊き 三合", "Fukudaki rice cooker, 0.54 L", &RICE_COOKER, 29_800, 2020),
    model("KM-R100", "炊飯器 福炊き 五合半", "Fukudaki rice cooker, 1.0 L", &RICE_COOKER, 44_800, 2020),
    model("KM-R100D", "土鍋炊飯器 福炊き 極", "Fukudaki Kiwami clay-pot rice cooker", &RICE_COOKER, 98_000, 2023),
    model("KM-K08", "電気ケトル しろがね", "Shirogane kettle", &KETTLE, 7_980, 2019),
    model("KM-K10T", "温度調節ケトル しろがね 細口", "Shirogane gooseneck kettle", &KETTLE, 15_800, 2022),
    model("KM-K12W", "電気ケトル しろがね 保温", "Shirogane keep-warm kettle", &KETTLE, 11_800, 2024),
    model("KM-T02", "トースター こがね", "Kogane toaster", &TOASTER, 9_800, 2020),
    model("KM-T04S", "スチームトースター こがね", "Kogane steam toaster", &TOASTER, 26_800, 2022),
    model("KM-T06O", "オーブントースター こがね ワイド", "Kogane Wide toaster oven", &TOASTER, 18_800, 2024),
    model("KM-M01", "手挽きコーヒーミル 豆丸", "Mamemaru hand coffee mill", &MILL, 6_800, 2019),
    model("KM-M11", "電動コーヒーミル 豆丸", "Mamemaru electric coffee mill", &MILL, 16_800, 2021),
    model("KM-M21C", "臼式コーヒーミル 豆丸 匠", "Mamemaru Takumi burr mill", &MILL, 32_800, 2024),
    model("NW-C260", "充電式草刈機 かりん 軽量", "Karin Light brush cutter", &BRUSH_CUTTER, 29_800, 2020),
    model("NW-C360", "充電式草刈機 かりん", "Karin brush cutter", &BRUSH_CUTTER, 45_800, 2021),
    model("NW-C360U", "充電式草刈機 かりん Uハンドル", "Karin U-handle brush cutter", &BRUSH_CUTTER, 52_800, 2023),
    model("NW-S20", "充電式剪定ばさみ つばめ", "Tsubame pruner", &PRUNER, 18_800, 2021),
    model("NW-S32", "充電式剪定ばさみ つばめ 太枝用", "Tsubame pruner for thick branches", &PRUNER, 27_800, 2022),
    model("NW-S45P", "高枝剪定ばさみ つばめ 伸縮", "Tsubame pole pruner", &PRUNER, 36_800, 2024),
    model("NW-B18", "充電式ブロワー 木枯", "Kogarashi blower", &BLOWER, 14_800, 2020),
    model("NW-B36", "充電式ブロワー 木枯 強力", "Kogarashi Strong blower", &BLOWER, 24_800, 2022),
    model("NW-B36V", "充電式ブロワバキューム 木枯", "Kogarashi blower and vacuum", &BLOWER, 31_800, 2023),
    model("NW-W80", "高圧洗浄機 清流", "Seiryu pressure washer", &WASHER, 19_800, 2019),
    model("NW-W110", "高圧洗浄機 清流 静音", "Seiryu Quiet pressure washer", &WASHER, 32_800, 2021),
    model("NW-W130", "高圧洗浄機 清流 プロ", "Seiryu Pro pressure washer", &WASHER, 48_800, 2024),
];

const fn model(
    model_no: &'static str,
    ja: &'static str,
    en: &'static str,
    category: &'static Category,
    price: u32,
    launched: i16,
) -> Model {
    Model { model_no, name: (ja, en), category, price, launched }
}

/// Every line, in the order of the catalogue.
pub static LINES: [&Line; 3] = [&SORA, &KAMADO, &NIWA];

impl Model {
    /// The model with that number.
    pub fn find(model_no: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.model_no == model_no)
    }

    /// The GTIN, from the range that GS1 keeps for use inside a company.
    pub fn gtin(&self) -> String {
        let place = MODELS.iter().position(|model| model.model_no == self.model_no).unwrap_or_default();
        let digits = format!("20195200{:04}", 100 + place * 7);
        let check = CheckDigit::Mod10.character_for(&digits).unwrap_or('0');
        format!("{digits}{check}")
    }

    /// What it costs for somebody who owns something of the same line: a tenth less, in tens of yen.
    pub fn member_price(&self) -> u32 {
        self.price * 9 / 10 / 10 * 10
    }
}

/// The warranty plans, as `hosho plan import` reads them.
pub const PLANS: &str = r#"[
  {"code": "SORA-AIRCON", "version": 1, "name": {"ja": "空 エアコン保証", "en": "SORA air conditioner warranty"},
   "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 90, "first_day_counted": false, "transferable": true,
   "lines": [
     {"component": "body", "name": {"ja": "本体", "en": "Main unit"}, "months": 12, "covers": ["parts", "labour", "visit"]},
     {"component": "compressor", "name": {"ja": "冷媒回路・圧縮機", "en": "Refrigerant circuit and compressor"}, "months": 60, "covers": ["parts", "labour", "visit"]},
     {"component": "remote", "name": {"ja": "リモコン", "en": "Remote control"}, "months": 6, "covers": ["parts"]}]},
  {"code": "SORA-STANDARD", "version": 1, "name": {"ja": "空 標準保証", "en": "SORA standard warranty"},
   "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 90, "first_day_counted": false, "transferable": true,
   "lines": [
     {"component": "body", "name": {"ja": "本体", "en": "Main unit"}, "months": 12, "covers": ["parts", "labour"]},
     {"component": "motor", "name": {"ja": "モーター", "en": "Motor"}, "months": 36, "covers": ["parts", "labour"]}]},
  {"code": "KAMADO-RICE", "version": 1, "name": {"ja": "竈 炊飯器保証", "en": "KAMADO rice cooker warranty"},
   "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 60, "first_day_counted": false, "transferable": true,
   "lines": [
     {"component": "body", "name": {"ja": "本体", "en": "Main unit"}, "months": 12, "covers": ["parts", "labour", "shipping"]},
     {"component": "inner-pot", "name": {"ja": "内釜のフッ素加工", "en": "Coating of the inner pot"}, "months": 36, "covers": ["parts"]}]},
  {"code": "KAMADO-STANDARD", "version": 1, "name": {"ja": "竈 標準保証", "en": "KAMADO standard warranty"},
   "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 60, "first_day_counted": false, "transferable": true,
   "lines": [
     {"component": "body", "name": {"ja": "本体", "en": "Main unit"}, "months": 12, "covers": ["parts", "labour"]},
     {"component": "heater", "name": {"ja": "ヒーター・刃", "en": "Heater or burrs"}, "months": 24, "covers": ["parts"]}]},
  {"code": "NIWA-CORDLESS", "version": 1, "name": {"ja": "庭 充電工具保証", "en": "NIWA cordless warranty"},
   "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 120, "first_day_counted": true, "transferable": false,
   "lines": [
     {"component": "body", "name": {"ja": "本体・モーター", "en": "Body and motor"}, "months": 36, "covers": ["parts", "labour", "shipping"]},
     {"component": "battery", "name": {"ja": "バッテリー", "en": "Battery"}, "months": 12, "covers": ["parts"]},
     {"component": "charger", "name": {"ja": "充電器", "en": "Charger"}, "months": 12, "covers": ["parts"]}]},
  {"code": "NIWA-WASHER", "version": 1, "name": {"ja": "庭 高圧洗浄機保証", "en": "NIWA pressure washer warranty"},
   "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 120, "first_day_counted": true, "transferable": false,
   "lines": [
     {"component": "body", "name": {"ja": "本体", "en": "Main unit"}, "months": 24, "covers": ["parts", "labour"]},
     {"component": "pump", "name": {"ja": "ポンプ", "en": "Pump"}, "months": 48, "covers": ["parts", "labour"]},
     {"component": "hose", "name": {"ja": "ホース・ガン", "en": "Hose and gun"}, "months": 12, "covers": ["parts"]}]}
]"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::registry::gtin::Gtin;

    #[test]
    fn model_numbers_and_trade_item_numbers_are_sound_and_unique() {
        let mut gtins: Vec<String> = MODELS.iter().map(Model::gtin).collect();
        assert!(gtins.iter().all(|gtin| Gtin::parse(gtin).is_ok()));
        gtins.sort();
        gtins.dedup();
        assert_eq!(gtins.len(), MODELS.len());
        assert!(MODELS.iter().all(|model| Model::find(model.model_no) == Some(model)));
    }

    #[test]
    fn every_category_has_a_plan_that_exists() {
        for category in CATEGORIES {
            assert!(PLANS.contains(&format!("\"code\": \"{}\"", category.plan)), "{}", category.code);
            assert_eq!(MODELS.iter().filter(|model| model.category.code == category.code).count(), 3);
        }
    }
}
