//! Names: whole, in parts, both; of persons and organizations.

use serde_json::json;

use super::told::{expect, map};

const PARTS: &str = "[name]\ngiven = \"first\"\nfamily = \"last\"\norganization = \"last\"\n";
const BOTH: &str = "[name]\nwhole = \"name\"\ngiven = \"first\"\nfamily = \"last\"\nprefix = \"title\"\n";

#[test]
fn parts_go_to_their_fields_and_the_middle_name_with_the_given_name() {
    expect(
        PARTS,
        json!({"name": {"prefix": "Dr", "given": "Ada", "middle": "Augusta", "family": "King"}}),
        json!({"first": "Ada Augusta", "last": "King"}),
        &[
            "name.prefix dropped: Acme has no field for it",
            "name.given sent first",
            "name.middle merged first: joined to the given name",
            "name.family sent last",
        ],
    );
    expect(
        PARTS,
        json!({"name": {"middle": "Augusta", "family": "King"}}),
        json!({"first": "Augusta", "last": "King"}),
        &["name.middle merged first: joined to the given name", "name.family sent last"],
    );
}

#[test]
fn a_whole_name_is_divided_for_a_vendor_of_parts() {
    expect(
        PARTS,
        json!({"name": "Ada Augusta King"}),
        json!({"first": "Ada Augusta", "last": "King"}),
        &["name.full reformatted first, last: divided into its parts"],
    );
    expect(
        PARTS,
        json!({"name": "Cher"}),
        json!({"last": "Cher"}),
        &["name.full reformatted last: sent as a part of a name"],
    );
    expect(
        PARTS,
        json!({"name": {"full": "Dr Ada King", "prefix": "Dr", "suffix": "Jr"}}),
        json!({"first": "Dr Ada", "last": "King"}),
        &[
            "name.full reformatted first, last: divided into its parts",
            "name.prefix merged first, last: it is part of name.full",
            "name.suffix dropped: Acme has no field for it",
        ],
    );
    let given = "[name]\ngiven = \"first\"\nfamily = \"last\"\nfrom_whole = \"given\"\n";
    expect(
        given,
        json!({"name": "Ada King"}),
        json!({"first": "Ada King"}),
        &["name.full reformatted first: sent as a part of a name"],
    );
    let none = "[name]\ngiven = \"first\"\nfamily = \"last\"\nfrom_whole = \"drop\"\n";
    expect(
        none,
        json!({"name": "Ada King"}),
        json!({}),
        &["name.full dropped: Acme takes the parts of a name only"],
    );
}

#[test]
fn a_whole_name_beside_parts_is_merged_if_its_words_are_in_them() {
    expect(
        PARTS,
        json!({"name": {"full": "King Ada", "given": "Ada", "family": "King"}}),
        json!({"first": "Ada", "last": "King"}),
        &[
            "name.given sent first",
            "name.family sent last",
            "name.full merged first: its words are all in the parts",
        ],
    );
    expect(
        PARTS,
        json!({"name": {"full": "Countess of Lovelace", "given": "Ada", "family": "King"}}),
        json!({"first": "Ada", "last": "King"}),
        &["name.given sent first", "name.family sent last", "name.full dropped: its parts are sent instead"],
    );
}

#[test]
fn a_vendor_of_both_gets_both() {
    expect(
        BOTH,
        json!({"name": {"prefix": "Dr", "given": "Ada", "family": "King", "suffix": "Jr"}}),
        json!({"name": "Ada King Jr", "first": "Ada", "last": "King", "title": "Dr"}),
        &[
            "name.prefix sent title",
            "name.given sent first",
            "name.family sent last",
            "name.suffix merged name: the parts are joined by spaces",
        ],
    );
    expect(BOTH, json!({"name": "Ada King"}), json!({"name": "Ada King"}), &["name.full sent name"]);
}

#[test]
fn an_organization_is_called_by_its_name_and_both_places_are_named() {
    let rows = [PARTS, "[[field]]\nfrom = \"organization.name\"\nto = \"company\"\n"].concat();
    expect(
        &rows,
        json!({"organization": "Analytical Engines"}),
        json!({"last": "Analytical Engines", "company": "Analytical Engines"}),
        &["organization.name merged last, company: the contact has no name of its own"],
    );
    expect(
        &rows,
        json!({"kind": "organization", "name": {"given": "Ada"}, "organization": "Engines"}),
        json!({"last": "Engines", "company": "Engines"}),
        &[
            "name.given dropped: an organization is called by organization.name",
            "kind dropped: Acme has no kinds of contact",
            "organization.name sent last, company",
        ],
    );
    expect(
        &rows,
        json!({"name": "Ada King", "organization": "Engines"}),
        json!({"first": "Ada", "last": "King", "company": "Engines"}),
        &["name.full reformatted first, last: divided into its parts", "organization.name sent company"],
    );
}

#[test]
fn a_field_of_the_organization_s_own_leaves_the_name_its_place() {
    expect(
        "[name]\nwhole = \"name\"\norganization = \"company\"\n",
        json!({"kind": "organization", "name": "Ada King", "organization": "Engines"}),
        json!({"name": "Ada King", "company": "Engines"}),
        &[
            "name.full sent name",
            "kind dropped: Acme has no kinds of contact",
            "organization.name sent company",
        ],
    );
}

#[test]
fn a_name_that_is_too_long_is_cut() {
    expect(
        "[name]\ngiven = \"first\"\nfamily = \"last\"\nlimit = { given = 4, family = 3 }\n",
        json!({"name": {"given": "Ada", "middle": "B.", "family": "King"}}),
        json!({"first": "Ada", "last": "Kin"}),
        &[
            "name.given truncated first: cut to 4 characters",
            "name.middle truncated first: cut to 4 characters",
            "name.family truncated last: cut to 3 characters",
        ],
    );
    expect(
        "[name]\nwhole = \"name\"\nlimit = 5\n",
        json!({"name": {"given": "Ada", "family": "King"}}),
        json!({"name": "Ada K"}),
        &[
            "name.given truncated name: cut to 5 characters",
            "name.family truncated name: cut to 5 characters",
        ],
    );
}

#[test]
fn a_vendor_without_a_name_drops_all_parts() {
    expect(
        "[drops]\nname = \"Acme knows numbers only\"\n",
        json!({"name": {"full": "Ada", "given": "Ada"}}),
        json!({}),
        &["name.full dropped: Acme knows numbers only", "name.given dropped: Acme knows numbers only"],
    );
}

#[test]
fn the_name_that_is_looked_for_is_the_one_that_is_sent() {
    let name = |rows, contact| map(rows, &json!({}), contact).unwrap().keys.name;
    assert_eq!(name(PARTS, json!({"name": "Ada Augusta King"})).as_deref(), Some("Ada Augusta King"));
    assert_eq!(name(BOTH, json!({"name": {"prefix": "Dr", "given": "Ada"}})).as_deref(), Some("Ada"));
    let replaced = json!({"name": "Ada King", "vendor": {"acme": {"name": "Countess"}}});
    assert_eq!(name(BOTH, replaced).as_deref(), Some("Countess"));
}

#[test]
fn a_section_that_replaces_a_part_overrides_the_divided_name() {
    expect(
        PARTS,
        json!({"name": "Ada King", "vendor": {"acme": {"last": "Lovelace"}}}),
        json!({"first": "Ada", "last": "Lovelace"}),
        &["name.full overridden first, last: replaced by vendor.acme.last", "vendor.acme.last sent last"],
    );
}
