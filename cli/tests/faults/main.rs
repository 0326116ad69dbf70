//! What `unicontact create` makes of vendors that misbehave.
//!
//! Its rule: the resend rule of the product, proven from outside: the kind, the effect, the outcome and the exit code
//! as agreed, and the number of creates that the vendor saw.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod case;
mod fan_out;
#[path = "../hostile/mod.rs"]
mod hostile;
mod lasting;
mod passing;
mod preparing;
#[path = "../program/mod.rs"]
mod program;
mod vendors_own;
