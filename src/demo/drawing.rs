//! Line drawings of the sample maker's products: 48 px grid, one stroke, drawn for this demo.

/// The drawing of a category, as the inside of an `svg` element.
pub fn of(category: &str) -> &'static str {
    match category {
        "aircon" => {
            r#"<rect x="5" y="12" width="38" height="14" rx="3"/><path d="M9 21h30M34 16h5"/><path d="M14 31c0 3-3 3-3 6M24 31c0 3-3 3-3 6M34 31c0 3-3 3-3 6"/>"#
        }
        "purifier" => {
            r#"<rect x="13" y="7" width="22" height="34" rx="4"/><path d="M18 12h12"/><path d="M18 20h12M18 25h12M18 30h12M18 35h12"/>"#
        }
        "fan" => {
            r#"<circle cx="24" cy="17" r="12"/><circle cx="24" cy="17" r="2"/><path d="M24 15c-1-5 4-7 6-4M26 18c5 0 5 5 2 6M22 18c-4 3-8-1-6-4M24 29v11M16 41h16"/>"#
        }
        "humidifier" => {
            r#"<path d="M14 24h20l-2 16a2 2 0 0 1-2 2H18a2 2 0 0 1-2-2z"/><path d="M20 24v-3h8v3"/><path d="M20 16c0-3 3-3 3-6M27 16c0-3 3-3 3-6"/>"#
        }
        "rice-cooker" => {
            r#"<path d="M8 22c0-8 7-11 16-11s16 3 16 11z"/><path d="M7 22h34v12a6 6 0 0 1-6 6H13a6 6 0 0 1-6-6z"/><rect x="19" y="27" width="10" height="6" rx="2"/><path d="M21 16h6"/>"#
        }
        "kettle" => {
            r#"<path d="M15 18h18l2 20a2 2 0 0 1-2 2H15a2 2 0 0 1-2-2z"/><path d="M18 18c0-5 12-5 12 0M24 12v-2M33 20c6 0 8 4 7 11l-3 1M14 24l-6-4"/>"#
        }
        "toaster" => {
            r#"<rect x="6" y="15" width="36" height="22" rx="4"/><rect x="10" y="20" width="22" height="12" rx="2"/><path d="M12 27h18M37 21v1M37 27v1M10 37v3M38 37v3"/>"#
        }
        "mill" => {
            r#"<path d="M15 14h18l-2 9H17zM17 23h14v15a3 3 0 0 1-3 3h-8a3 3 0 0 1-3-3z"/><path d="M24 14V8h11M35 6v4M17 31h14"/>"#
        }
        "brush-cutter" => {
            r#"<path d="M36 8 13 35"/><circle cx="10" cy="38" r="5"/><path d="M33 5l7 6M24 22l-6-4M10 38h.1M22 17l6 5"/>"#
        }
        "pruner" => {
            r#"<path d="M8 12c8 0 13 4 17 11M8 18c6-1 12 1 17 5M25 23l4 4"/><path d="M29 25l9 9a4 4 0 0 1-6 6l-9-10z"/><path d="M27 30c-3 2-3 5-1 7"/>"#
        }
        "blower" => {
            r#"<circle cx="16" cy="24" r="9"/><path d="M23 18l18-3v8l-16 4M16 15V9h8v7M13 24a3 3 0 1 0 6 0 3 3 0 1 0-6 0M14 33v5h5"/>"#
        }
        "washer" => {
            r#"<rect x="9" y="18" width="16" height="20" rx="3"/><circle cx="13" cy="40" r="3"/><path d="M13 18V9h8v9M25 24c7 0 4 10 10 10 4 0 4-6 4-10M36 24l6-4M41 15l2-2M44 18l2-1M14 25h6"/>"#
        }
        _ => r#"<rect x="9" y="13" width="30" height="26" rx="3"/><path d="M9 21h30M24 13v8"/>"#,
    }
}
