pub mod base;
pub mod i18n;
