pub mod base;
pub mod domain;
pub mod i18n;
pub mod jose;
pub mod oidc;
