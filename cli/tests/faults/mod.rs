//! `unicontact create` against misbehaving vendors: tests check the outcome, the error, the exit code and the number of
//! creates that the vendor received.

mod case;
mod fan_out;
mod persistent;
mod preparation;
mod transient;
mod vendor_specific;
