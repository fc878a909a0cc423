//! A customer with a name, and a browser in which they are signed in.

use hosho::base::id::Subject;
use hosho::domain::account::profile_field::Field;
use hosho::service::account::profile;

use super::{Browser, Server};

/// A customer.
pub struct Person {
    pub sub: Subject,
    pub browser: Browser,
}

impl Server {
    /// A new customer, 山田 花子, signed in by password in a browser of their own.
    pub async fn person(&self, email: &str) -> Person {
        let sub = self.customer(email).await;
        let wishes: Vec<(Field, String)> = [
            (Field::FamilyName, "山田"),
            (Field::GivenName, "花子"),
            (Field::FamilyNameKana, "ヤマダ"),
            (Field::GivenNameKana, "ハナコ"),
        ]
        .map(|(field, text)| (field, text.to_owned()))
        .into();
        let mut work = self.work();
        profile::change(&mut work, &sub, &wishes).await.unwrap();
        work.commit().await.unwrap();
        let mut browser = self.browser();
        self.sign_in(&mut browser, &sub).await;
        Person { sub, browser }
    }
}
