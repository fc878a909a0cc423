//! 風待製作所 (Kazemachi Works), the sample maker: nobody is called that. What it makes, what left its factory, who
//! bought it, and how all that gets into Hosho: by the same imports and use cases as everybody else's data.

pub mod catalogue;
pub mod factory;
pub mod ownership;
pub mod people;
pub mod seed;
