//! Asks for the providers and keys that a configuration lacks.

use std::io;

use unicontact::config::VendorKey;
use unicontact::providers::Vendor;

use super::draft::Draft;
use crate::output::{Line, Style};

/// A person who answers questions.
pub(super) trait Prompt {
    /// Shows a line.
    fn show(&mut self, line: &Line);

    /// Asks a question and returns the answer, without blanks around it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] or [`io::ErrorKind::Interrupted`] when the person stops.
    fn ask(&mut self, question: &str, is_secret: bool) -> io::Result<String>;
}

/// Asks for providers until the person has no more.
pub(super) fn ask_for_providers(draft: &mut Draft, prompt: &mut impl Prompt) -> io::Result<()> {
    prompt.show(&Line::default().styled(Style::Heading, "Vendors"));
    let vendors: Vec<Vendor> = draft.vendors.all().collect();
    let digits = vendors.len().to_string().len();
    let width = vendors.iter().map(|vendor| vendor.name().len()).max().unwrap_or_default();
    for (index, vendor) in vendors.iter().enumerate() {
        let name = vendor.name();
        prompt.show(&Line::new(&format!("  {:digits$}  {name:width$}  {}", index + 1, vendor.title())));
    }
    loop {
        let vendor = ask_for_vendor(&vendors, prompt)?;
        let name = ask_for_name(draft, vendor, prompt)?;
        draft.provider(vendor, &name);
        ask_for_keys(draft, draft.providers.len() - 1, prompt)?;
        let more = prompt.ask("Another provider? [y/N] ", false)?;
        if !matches!(more.to_lowercase().as_str(), "y" | "yes") {
            return Ok(());
        }
    }
}

/// Asks for the keys that a provider lacks.
pub(super) fn ask_for_keys(draft: &mut Draft, index: usize, prompt: &mut impl Prompt) -> io::Result<()> {
    loop {
        let provider = &draft.providers[index];
        let Some(missing) = draft.missing(provider).into_iter().next() else { return Ok(()) };
        let VendorKey { name, description, expected, is_secret, .. } = missing.key;
        let about = description.split_inclusive(". ").next().unwrap_or_default().trim();
        prompt.show(&Line::default().styled(Style::Muted, &format!("  {about}")));
        let hidden = if is_secret { ", not shown" } else { "" };
        let answer = prompt.ask(&format!("{name} ({expected}{hidden}): "), is_secret)?;
        if answer.is_empty() {
            let message = format!("  {name} {}", missing.reason);
            prompt.show(&Line::default().styled(Style::Warning, &message));
            continue;
        }
        draft.providers[index].answer(&name, &answer);
        if let Some(mistake) = draft.mistake(&draft.providers[index], &name) {
            draft.providers[index].remove(&name);
            prompt.show(&Line::default().styled(Style::Warning, &format!("  {name}: {mistake}")));
        }
    }
}

fn ask_for_vendor<'a>(vendors: &'a [Vendor], prompt: &mut impl Prompt) -> io::Result<&'a Vendor> {
    loop {
        let answer = prompt.ask("Vendor (name or number): ", false)?.to_lowercase();
        let by_number = answer.parse::<usize>().ok().and_then(|number| vendors.get(number.checked_sub(1)?));
        let by_name = vendors.iter().find(|vendor| vendor.name() == answer);
        if let Some(vendor) = by_number.or(by_name) {
            return Ok(vendor);
        }
        prompt.show(&Line::default().styled(Style::Warning, "  choose a name or a number of the list"));
    }
}

/// Asks for the name of a provider. The vendor's name is offered.
fn ask_for_name(draft: &mut Draft, vendor: &Vendor, prompt: &mut impl Prompt) -> io::Result<String> {
    let is_taken = |name: &str| draft.providers.iter().any(|provider| provider.name == name);
    let numbered = (2..).map(|number| format!("{}_{number}", vendor.name()));
    let mut free = std::iter::once(vendor.name().to_owned()).chain(numbered).filter(|name| !is_taken(name));
    let offered = free.next().unwrap_or_default();
    loop {
        let answer = prompt.ask(&format!("Name of the provider, of your choice [{offered}]: "), false)?;
        let name = if answer.is_empty() { offered.clone() } else { answer };
        if is_taken(&name) {
            prompt.show(&Line::default().styled(Style::Warning, "  another provider has this name"));
        } else if unicontact::is_provider_name(&name) {
            return Ok(name);
        } else {
            prompt.show(&Line::default().styled(Style::Warning, "  only a-z, 0-9 and _ are allowed"));
        }
    }
}
