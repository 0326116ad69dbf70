//! Rules taken back.
