//! `hosho demo`: see [`crate::demo`].

use clap::Args;

use super::{Context, output, serve};
use crate::base::Result;
use crate::demo::{self, Wish};

/// A sample maker with its customers, two apps and a mailbox.
#[derive(Args)]
pub struct Demo {
    /// Start over; nothing outside of the demo's own folder is touched
    #[arg(long)]
    fresh: bool,
    /// The first of four neighbouring ports: Hosho, the shop, the support site, the mailbox
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

impl Demo {
    /// Run it until it is asked to stop.
    pub async fn run(&self, context: Context) -> Result<()> {
        let wish = Wish { port: self.port, fresh: self.fresh };
        demo::run(context.config, wish, serve::asked_to_stop()?, |text| output::line(&text)).await
    }
}
