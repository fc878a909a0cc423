//! The colours of the stylesheet, light and dark, at WCAG 2.2 AA: 4.5 for text (1.4.3), 3 for what
//! one must see to operate (1.4.11).

use std::collections::BTreeMap;

const STYLESHEET: &str = include_str!("../../../templates/assets/hosho.css");

/// Text, what it stands on.
const TEXT: &[(&str, &[&str])] = &[
    ("text", &["page", "surface", "raised", "sunken", "warn-soft", "bad-soft", "accent-soft"]),
    ("muted", &["page", "surface", "raised", "sunken", "bad-soft", "warn-soft"]),
    ("accent", &["page", "surface", "raised", "accent-soft", "warn-soft", "bad-soft"]),
    ("accent-strong", &["page", "surface", "raised", "warn-soft", "bad-soft"]),
    ("on-accent", &["accent", "accent-strong"]),
    ("on-bad", &["bad"]),
    ("good", &["surface", "page", "good-soft"]),
    ("warn", &["surface", "page", "warn-soft"]),
    ("bad", &["surface", "page", "raised", "bad-soft"]),
];

/// Edges of controls and marks of focus, what they stand on.
const MARKS: &[(&str, &[&str])] = &[
    ("edge", &["page", "surface", "raised"]),
    ("focus", &["page", "surface", "raised"]),
    ("seal", &["page", "surface"]),
];

#[test]
fn every_pair_of_colours_can_be_read_in_light_and_dark() {
    for (theme, tokens) in [("light", tokens(false)), ("dark", tokens(true))] {
        for (pairs, least) in [(TEXT, 4.5), (MARKS, 3.0)] {
            for (over, grounds) in pairs {
                for ground in *grounds {
                    let ratio = contrast(&tokens[*over], &tokens[*ground]);
                    assert!(ratio >= least, "{theme}: --{over} on --{ground} is {ratio:.2}, less than {least}");
                }
            }
        }
    }
}

#[test]
fn dark_redefines_every_colour_of_light() {
    let (light, dark) = (block(":root {"), block("@media (prefers-color-scheme: dark) {\n  :root {"));
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
}

fn tokens(dark: bool) -> BTreeMap<String, String> {
    let mut tokens = block(":root {");
    if dark {
        tokens.extend(block("@media (prefers-color-scheme: dark) {\n  :root {"));
    }
    tokens
}

/// The colours (`--name: #rrggbb;`) of the block that begins so.
fn block(opening: &str) -> BTreeMap<String, String> {
    let (_, rest) = STYLESHEET.split_once(opening).unwrap();
    let (body, _) = rest.split_once('}').unwrap();
    body.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}
