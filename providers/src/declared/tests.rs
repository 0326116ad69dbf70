//! Described vendors as their callers see them: over real sockets, and by the keys of their providers.

mod configuration;
mod credentials;
mod loading;
mod reach;
mod searches;
mod suite;
mod tokens;
mod vendor;
mod words_page;
