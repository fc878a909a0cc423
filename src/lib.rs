pub mod base;
pub mod i18n;
pub mod jose;
