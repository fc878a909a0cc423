//! A small maker's catalogue: two models with their plan, and a factory list, imported as an operator does it.

use hosho::service::registry::import::{model, plan, unit};

use crate::support::Server;

const PLANS: &str = r#"[{"code": "STD", "version": 1, "name": {"ja": "標準保証", "en": "Standard warranty"},
  "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 30, "first_day_counted": false,
  "transferable": true, "lines": [
    {"component": "body", "name": {"ja": "本体", "en": "Body"}, "months": 12, "covers": ["parts", "labour"]},
    {"component": "motor", "name": {"ja": "モーター", "en": "Motor"}, "months": 60, "covers": ["parts"]}]}]"#;

const MODELS: &str = "\
brand,model_no,name_ja,name_en,category,serial_regex,launched_on,warranty_plan
Asahi,RC-10S,土鍋炊飯ジャー,Clay-pot rice cooker,kitchen,H[0-9]{2}[A-Z][0-9]{5},2024-04-01,STD
Asahi,BK-7,電動アシスト自転車,Electric bicycle,bicycle,B[0-9]{7},2023-01-01,STD
";

const UNITS: &str = "\
model_no,serial,lot,made_on,shipped_on,claim_code
RC-10S,H24A00001,L1,2025-10-01,2025-10-20,
RC-10S,H24A00002,L1,2025-10-01,2025-10-20,KANSHA-42
BK-7,B0000001,L9,2024-02-01,2024-02-20,
";

/// Import it.
pub async fn import(server: &Server) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let plans = plan::import(&server.app, &write("plans.json", PLANS)).await.unwrap().unwrap();
    let models = model::import(&server.app, &write("models.csv", MODELS)).await.unwrap().unwrap();
    let units = unit::import(&server.app, &write("units.csv", UNITS)).await.unwrap().unwrap();
    for report in [plans, models, units] {
        assert!(report.failures.is_empty(), "{:?}", report.failures);
    }
}
