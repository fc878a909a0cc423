//! The icons: one family, drawn on a grid of 24 with a stroke of 1.5, in the colour of the text beside them.

use std::fmt;

use askama::filters::HtmlSafe;

/// A picture of one thing. The words always stand beside it, so it is hidden from screen readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Something needs attention.
    Alert,
    /// Connected apps.
    Apps,
    /// One step back.
    Back,
    /// A receipt or a document.
    Receipt,
    /// A date.
    Calendar,
    /// As it should be.
    Check,
    /// Waits.
    Clock,
    /// The device a session runs on.
    Device,
    /// An electronic device, where no picture is known.
    Electronics,
    /// Good to know.
    Info,
    /// Home.
    Home,
    /// An air conditioner.
    Aircon,
    /// A kitchen or household appliance.
    Appliance,
    /// Something with water: a humidifier, a washer.
    Drop,
    /// A fan.
    Fan,
    /// A tool for the garden.
    Garden,
    /// A kettle.
    Kettle,
    /// A coffee mill.
    Mill,
    /// An oven or a toaster.
    Oven,
    /// An air purifier.
    Purifier,
    /// A password or a passkey.
    Key,
    /// A letter.
    Letter,
    /// One step on.
    Next,
    /// A product of no known kind: the box it came in.
    Product,
    /// A person.
    Person,
    /// To add something.
    Plus,
    /// To look for something.
    Search,
    /// Cover, security.
    Shield,
    /// To leave.
    SignOut,
    /// A shop.
    Shop,
    /// A tool that works by hand or motor.
    Tool,
    /// A bicycle, a scooter, a car.
    Vehicle,
}

impl Icon {
    /// The icon of a product category, by the word in the catalogue.
    pub fn of_category(category: &str) -> Self {
        let known: [(&[&str], Self); 12] = [
            (&["aircon", "air-con"], Self::Aircon),
            (&["purifier"], Self::Purifier),
            (&["fan"], Self::Fan),
            (&["humidifier", "wash", "pump"], Self::Drop),
            (&["kettle"], Self::Kettle),
            (&["toaster", "oven", "microwave"], Self::Oven),
            (&["mill", "coffee"], Self::Mill),
            (&["garden", "brush", "pruner", "blower", "mower"], Self::Garden),
            (&["kitchen", "rice", "cooker", "fridge", "refrigerator", "appliance"], Self::Appliance),
            (&["audio", "camera", "tv", "electronics", "phone", "computer", "display"], Self::Electronics),
            (&["tool", "drill"], Self::Tool),
            (&["bicycle", "bike", "scooter", "vehicle"], Self::Vehicle),
        ];
        let category = category.to_lowercase();
        let found = known.iter().find(|(words, _)| words.iter().any(|word| category.contains(word)));
        found.map_or(Self::Product, |(_, icon)| *icon)
    }

    const fn shape(self) -> &'static str {
        match self {
            Self::Alert => r#"<path d="M12 4.5 3.5 19h17z"/><path d="M12 10v4.2"/><path d="M12 16.6v.1"/>"#,
            Self::Apps => {
                r#"<rect x="4" y="4" width="6.5" height="6.5" rx="1.2"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.2"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.2"/><path d="M16.75 13.75v6M13.75 16.75h6"/>"#
            }
            Self::Back => r#"<path d="m14.5 6-6 6 6 6"/>"#,
            Self::Receipt => {
                r#"<path d="M6 3.5h12v17l-2-1.4-2 1.4-2-1.4-2 1.4-2-1.4-2 1.4z"/><path d="M9 8.5h6M9 12h6"/>"#
            }
            Self::Calendar => {
                r#"<rect x="4" y="5.5" width="16" height="14.5" rx="1.5"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>"#
            }
            Self::Check => r#"<circle cx="12" cy="12" r="8.5"/><path d="m8.2 12.3 2.6 2.6 5-5.4"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7.2V12l3.2 2"/>"#,
            Self::Device => r#"<rect x="4.5" y="5" width="15" height="10.5" rx="1.5"/><path d="M2.5 19h19"/>"#,
            Self::Electronics => {
                r#"<rect x="3.5" y="7" width="17" height="12" rx="1.5"/><circle cx="9.5" cy="13" r="3.2"/><path d="M16 10.8h1.6M16 13.8h1.6M8 7l1-2.5h5L15 7"/>"#
            }
            Self::Info => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11.2v5M12 7.9v.1"/>"#,
            Self::Home => {
                r#"<path d="m3.5 11.5 8.5-7.5 8.5 7.5"/><path d="M6 9.5V20h12V9.5"/><path d="M10 20v-5.5h4V20"/>"#
            }
            Self::Aircon => {
                r#"<rect x="3" y="5.5" width="18" height="8" rx="1.5"/><path d="M6 10.5h9M18 10.5v.1M8 16.5c0 1.5-1.5 1.5-1.5 3M12.7 16.5c0 1.5-1.5 1.5-1.5 3M17.5 16.5c0 1.5-1.5 1.5-1.5 3"/>"#
            }
            Self::Drop => {
                r#"<path d="M12 3.5c3.2 3.9 5.7 6.8 5.7 10.3a5.7 5.7 0 0 1-11.4 0c0-3.5 2.5-6.4 5.7-10.3z"/><path d="M9.2 14.2a2.9 2.9 0 0 0 2.5 2.7"/>"#
            }
            Self::Fan => {
                r#"<circle cx="12" cy="9.5" r="6.5"/><circle cx="12" cy="9.5" r="1.2"/><path d="M11.3 8.5c-1.2-1.4-.9-3.2.6-3.7M13.2 9.3c1.7-.6 3.2.4 3.2 2M11.6 10.7c.3 1.8-1 3.1-2.5 2.7M12 16v4.5M8.5 20.5h7"/>"#
            }
            Self::Garden => {
                r#"<path d="M5.5 18.5C4 11 9 5.5 19.5 5c.5 9.5-4.5 15-14 13.5z"/><path d="M4 20.5c2.5-5 5.5-8 9.5-10"/>"#
            }
            Self::Kettle => {
                r#"<path d="M8.5 9.5h8l1.3 8.6a2 2 0 0 1-2 2.4H9.2a2 2 0 0 1-2-2.4z"/><path d="M9.5 9.5a3 3 0 0 1 6 0M12.5 6.5V5M16.9 12.5l3.6-2.5M7.9 12.2c-3-1.7-4.2.3-3.9 2.6.2 1.7 1.4 2.5 3.3 2.2"/>"#
            }
            Self::Mill => {
                r#"<path d="M8 10h8l1.3 10.5H6.7zM8.5 10a3.5 3.5 0 0 1 7 0M12 6.5v-3h5"/><circle cx="18.2" cy="3.7" r="1.2"/><path d="M10 14.5h4"/>"#
            }
            Self::Oven => {
                r#"<rect x="3" y="5" width="18" height="13.5" rx="1.5"/><rect x="5.8" y="8" width="9" height="7.5" rx=".8"/><path d="M18 8.7v.1M18 11.8v.1M18 14.9v.1M6.5 18.5V20M17.5 18.5V20M8 13.2h4.6"/>"#
            }
            Self::Purifier => {
                r#"<rect x="6.5" y="3.5" width="11" height="17" rx="2"/><circle cx="12" cy="9" r="2.8"/><path d="M9.5 15h5M9.5 17.5h5"/>"#
            }
            Self::Appliance => {
                r#"<path d="M4.5 12.5h15v3.7a4 4 0 0 1-4 4h-7a4 4 0 0 1-4-4z"/><path d="M5.5 12.5c0-4 2.5-6.5 6.5-6.5s6.5 2.5 6.5 6.5"/><path d="M10.5 6V3.8h3V6M2.8 14.5h1.7M19.5 14.5h1.7M12 15.2v1.6"/>"#
            }
            Self::Key => {
                r#"<circle cx="8" cy="15.5" r="4"/><path d="m11 12.7 8.5-8.2M16 8l2.8 2.8M13.6 10.2l1.6 1.7"/>"#
            }
            Self::Letter => r#"<rect x="3.5" y="5.5" width="17" height="13" rx="1.5"/><path d="m4 7 8 6.2L20 7"/>"#,
            Self::Next => r#"<path d="m9.5 6 6 6-6 6"/>"#,
            Self::Product => {
                r#"<path d="m12 3.5 7.8 4v9l-7.8 4-7.8-4v-9z"/><path d="m4.5 7.7 7.5 3.9 7.5-3.9M12 11.6v8.6M8.2 5.6l7.6 3.9"/>"#
            }
            Self::Person => {
                r#"<circle cx="12" cy="8.2" r="4"/><path d="M4.5 20.2c.6-4 3.6-6.2 7.5-6.2s6.9 2.2 7.5 6.2"/>"#
            }
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Search => r#"<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 4.7 4.7"/>"#,
            Self::Shield => {
                r#"<path d="M12 3.5 5 6v5.5c0 4.2 2.8 7.4 7 9 4.2-1.6 7-4.8 7-9V6z"/><path d="m9 11.8 2.2 2.2 3.9-4.2"/>"#
            }
            Self::SignOut => r#"<path d="M13.5 4H5.5v16h8"/><path d="M10 12h10.5M17 8.3l3.7 3.7-3.7 3.7"/>"#,
            Self::Shop => {
                r#"<path d="M4.5 10.5V20h15v-9.5"/><path d="M3.5 8.5 5.2 4h13.6l1.7 4.5a2.6 2.6 0 0 1-4.3 1.4 2.9 2.9 0 0 1-4.2 0 2.9 2.9 0 0 1-4.2 0 2.6 2.6 0 0 1-4.3-1.4zM9.5 20v-5h5v5"/>"#
            }
            Self::Tool => {
                r#"<path d="M14.3 6.2a4.3 4.3 0 0 1 5-1.7l-2.6 2.7.5 2.2 2.2.5 2-2a4.3 4.3 0 0 1-5.9 4.4l-7 7a2 2 0 0 1-2.9-2.9l7-7a4.3 4.3 0 0 1 1.7-3.2z"/>"#
            }
            Self::Vehicle => {
                r#"<circle cx="6" cy="15.5" r="3.7"/><circle cx="18" cy="15.5" r="3.7"/><path d="m6 15.5 3.5-7h6l2.5 7M9.5 8.5l3 7H6M12.5 15.5l3-7M8 6h3M14.8 5.7h2.4"/>"#
            }
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg class=\"icon\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">{}</svg>",
            self.shape()
        )
    }
}

impl HtmlSafe for Icon {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_finds_its_picture() {
        assert_eq!(Icon::of_category("rice-cooker"), Icon::Appliance);
        assert_eq!(Icon::of_category("Aircon"), Icon::Aircon);
        assert_eq!(Icon::of_category("humidifier"), Icon::Drop);
        assert_eq!(Icon::of_category("炊飯器"), Icon::Product);
    }
}
