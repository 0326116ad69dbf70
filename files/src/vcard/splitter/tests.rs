use super::*;

fn cards(text: &str) -> Vec<Result<RawCard, Reject>> {
    let mut cards = CardSplitter::new(Box::new(io::Cursor::new(text.to_owned())), 400);
    std::iter::from_fn(|| cards.next_card().unwrap()).collect()
}

#[test]
fn a_card_without_end_does_not_affect_the_next_card() {
    let all = cards("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C");
    assert!(all[0].as_ref().is_ok_and(|card| card.has_no_end));
    assert!(all[1].as_ref().is_ok_and(|card| card.line == 3 && !card.has_no_end));
    assert!(all[2].as_ref().is_err_and(|reject| reject.reason.contains("file ends")));
}

#[test]
fn the_card_of_an_agent_is_left_out() {
    let all = cards("BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nNOTE:x\nEND:VCARD\n");
    let card = all[0].as_ref().unwrap();
    assert_eq!(card.bytes, b"BEGIN:VCARD\nFN:A\nNOTE:x\nEND:VCARD\n");
    assert_eq!((all.len(), &card.left_out[..]), (1, &["AGENT".to_owned()][..]));
}

#[test]
fn an_agent_without_end_does_not_swallow_the_next_cards() {
    let all = cards(
        "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C\nEND:VCARD\n",
    );
    assert_eq!(all.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true]);
    let agents = "AGENT:\nBEGIN:VCARD\nAGENT:\n\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\n";
    let all = cards(&format!("BEGIN:VCARD\n{agents}FN:A\nEND:VCARD\n"));
    assert_eq!(all[0].as_ref().unwrap().bytes, b"BEGIN:VCARD\nFN:A\nEND:VCARD\n");
}

#[test]
fn pictures_are_left_out_in_every_folding() {
    let photo = "AAAA".repeat(300);
    for text in [
        format!("PHOTO;ENCODING=b:{photo}\n"),
        format!("PHOTO;BASE64:\n {photo}\n {photo}\n\n"),
        format!("PHOTO;ENCODING=BASE64:AAAA\n{photo}\n\n"),
        format!("PHOTO:data:image/png;base64,{photo}\n"),
    ] {
        let all = cards(&format!("BEGIN:VCARD\n{text}FN:A\nEND:VCARD\n"));
        let card = all[0].as_ref().unwrap();
        assert!(card.bytes.ends_with(b"FN:A\nEND:VCARD\n"), "{text}");
    }
    let all = cards("BEGIN:VCARD\nPHOTO:https://example.com/a.png\nEND:VCARD\n");
    assert!(all[0].as_ref().unwrap().left_out.is_empty());
}

#[test]
fn a_card_above_the_limit_and_text_outside_of_cards_are_rejected() {
    let all = cards(&format!("hello\nBEGIN:VCARD\nNOTE:{}\nEND:VCARD\n", "x".repeat(500)));
    assert!(all[0].as_ref().is_err_and(|reject| reject.reason.contains("outside of any card")));
    assert!(all[1].as_ref().is_err_and(|reject| reject.reason.contains("longer than 400")));
}
