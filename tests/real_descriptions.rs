//! The descriptions of the servers that tests start can be read.

use unicontact::providers::Description;

#[test]
fn the_descriptions_of_the_servers_are_read() {
    for (vendor, text) in
        [("tryton", include_str!("servers/tryton.toml")), ("directus", include_str!("servers/directus.toml"))]
    {
        let description = Description::parse(text).unwrap();
        assert_eq!(description.vendor(), vendor);
        assert!(description.capabilities().find && description.capabilities().check, "{vendor}");
    }
}
