//! What is linked into a build without mistral.rs, as phones get it: no code that
//! speaks a network protocol, and no C beyond the database's and the web view's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests end by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Crates that speak HTTP or TLS, or fetch things.
const NETWORK: &[&str] = &[
    "attohttpc",
    "curl",
    "h2",
    "h3",
    "hf-hub",
    "hyper",
    "hyper-util",
    "isahc",
    "native-tls",
    "quinn",
    "reqwest",
    "rustls",
    "surf",
    "tokio-native-tls",
    "tokio-rustls",
    "tungstenite",
    "ureq",
    "webpki",
];

/// Crates that may compile C while they are built: the encrypted database, and
/// the crate that asks a C compiler which OpenSSL there is.
const BUILDS_C: &[&str] = &["libsqlite3-sys", "openssl-src", "openssl-sys"];

/// Crates that compile C only with a feature, which must be off.
const BUILDS_C_WITH: &[(&str, &str)] = &[("wayland-backend", "log")];

/// Crates that compile C, or drive something that does.
const C_COMPILERS: &[&str] = &["autotools", "bindgen", "cc", "cmake"];

/// A package of the graph.
#[derive(Default)]
struct Package {
    features: BTreeSet<String>,
    /// Names of what it needs while it is built.
    built_with: BTreeSet<String>,
}

/// The packages that the app needs on this system, by name.
fn graph() -> BTreeMap<String, Package> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let host = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let metadata = |network: &[&str]| {
        Command::new(env!("CARGO"))
            .current_dir(root)
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(["--no-default-features", "--features", "native"])
            .args(["--filter-platform", host])
            .args(network)
            .output()
            .unwrap()
    };
    // A package that no build of this system needed may not have been fetched yet.
    let mut output = metadata(&["--offline"]);
    if !output.status.success() {
        output = metadata(&[]);
    }
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names: BTreeMap<String, String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let nodes: BTreeMap<String, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (text(&node["id"]), node))
        .collect();

    let mut graph = BTreeMap::new();
    let mut waiting = vec![text(&metadata["resolve"]["root"])];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let package: &mut Package = graph.entry(names[&id].clone()).or_default();
        let features = nodes[&id]["features"].as_array().unwrap();
        package.features.extend(features.iter().map(text));
        for dependency in nodes[&id]["deps"].as_array().unwrap() {
            let needed = text(&dependency["pkg"]);
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let is =
                |wanted: Option<&str>| kinds.iter().any(|kind| kind["kind"].as_str() == wanted);
            if is(Some("build")) {
                package.built_with.insert(names[&needed].clone());
            }
            if is(None) {
                waiting.push(needed);
            }
        }
    }
    graph
}

#[test]
fn nothing_in_it_speaks_a_network_protocol() {
    let graph = graph();
    assert!(
        graph.contains_key("llmos-kernels"),
        "the graph is not that of the app"
    );
    assert!(!graph.contains_key("mistralrs-core"));
    let found: Vec<&str> = NETWORK
        .iter()
        .copied()
        .filter(|name| graph.contains_key(*name))
        .collect();
    assert_eq!(found, Vec::<&str>::new());
}

#[test]
fn nothing_in_it_compiles_c_but_the_database() {
    for (name, package) in graph() {
        let compiler = C_COMPILERS
            .iter()
            .find(|compiler| package.built_with.contains(**compiler));
        let Some(compiler) = compiler else { continue };
        let dormant = BUILDS_C_WITH
            .iter()
            .any(|(known, feature)| *known == name && !package.features.contains(*feature));
        assert!(
            dormant || BUILDS_C.contains(&name.as_str()),
            "{name} is built with {compiler}"
        );
    }
}
