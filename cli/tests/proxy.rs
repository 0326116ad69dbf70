//! Proxies of the environment are not used: contacts and credentials go only to addresses in the configuration.
use std::net::TcpListener;
use std::process::Command;

#[test]
fn a_proxy_that_the_environment_names_gets_nothing() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let mut demo = Command::new(env!("CARGO_BIN_EXE_unicontact"));
    demo.arg("demo").env_clear().envs(names.map(|name| (name, &address)));
    let output = demo.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(proxy.accept().is_err(), "somebody connected to the proxy");
}
