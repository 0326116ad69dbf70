use super::*;

/// A limit on the bytes of a delivery's future.
const MAX_BYTES: usize = 3_500;

fn size_of_future<'a, F: Future>(
    _: impl FnOnce(&'a Pipeline, &'a DeliveryContext<'a>, &'a mut StopSignal) -> F,
) -> usize {
    size_of::<F>()
}

#[test]
fn the_future_of_a_delivery_stays_small() {
    let bytes = size_of_future(Pipeline::deliver);
    assert!(bytes <= MAX_BYTES, "{bytes}");
}
