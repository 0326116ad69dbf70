//! Described vendors as their callers see them: over real sockets, and by the keys of their providers.

mod addresses;
mod checks;
mod configuration;
mod credentials;
mod loading;
mod mistakes;
mod others;
mod places;
mod reach;
mod refused;
mod search_answers;
mod searches;
mod secrets;
mod suite;
mod tokens;
mod unmarked;
mod vendor;
mod words_page;
