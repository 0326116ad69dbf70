use crate::declared::Description;
#[test]
fn shared() {
    let mut out = String::new();
    for dir in [
        "/work/shared/declared/examples",
        "/work/shared/declared/real",
        "../examples/vendors",
        "vendors",
        "src/declared/testdata/others",
        "src/declared/testdata",
        "../fixtures",
        "../tests",
    ] {
        let mut stack = vec![std::path::PathBuf::from(dir)];
        while let Some(dir) = stack.pop() {
            let Ok(entries) = std::fs::read_dir(&dir) else { continue };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    stack.push(path);
                    continue;
                }
                if path.extension().is_some_and(|it| it == "toml") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    if !text.contains("format = 1") {
                        continue;
                    }
                    match Description::parse(&text) {
                        Ok(_) => out.push_str(&format!("ok {}\n", path.display())),
                        Err(error) => out.push_str(&format!("BAD {}\n{error}\n", path.display())),
                    }
                }
            }
        }
    }
    std::fs::write("/tmp/m3files.txt", out).unwrap();
}
