//! The built command with vendors that a file describes, at servers that others wrote.
//!
//! Every test compares the contacts in the server's own database with what the command says: nobody is there twice, and whoever is
//! missing is in doubt.

mod directus;
mod killed;
mod lost;
mod office;
mod recorded;
mod tryton;
