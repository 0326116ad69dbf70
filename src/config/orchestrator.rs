//! Variables that Kubernetes and Docker set in containers for each service of the same network.
//!
//! For a service named `unicontact` or `unicontact-worker`, they begin as the variables of the configuration do.

/// The protocols of a service's ports.
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// Returns whether an orchestrator sets a variable. `name` is its name after `UNICONTACT_`: `SERVICE_HOST`,
/// `WORKER_SERVICE_PORT_HTTP`, `PORT_80_TCP_ADDR`, or `PORT` with an address such as `tcp://10.0.0.1:80`.
pub(super) fn is_of_orchestrator(name: &str, value: &str) -> bool {
    // A key has lower case letters in the file, and two underscores between its parts in a variable.
    if name.contains("__") || name.chars().any(|it| it.is_ascii_lowercase()) {
        return false;
    }
    let parts: Vec<&str> = name.split('_').collect();
    (0..parts.len()).any(|start| is_service_part(&parts[start..], value))
}

/// Returns whether the parts are those after a service's name.
fn is_service_part(parts: &[&str], value: &str) -> bool {
    match parts {
        ["SERVICE", "HOST"] | ["SERVICE", "PORT", ..] => true,
        ["PORT"] => PROTOCOLS.iter().any(|it| value.starts_with(&format!("{}://", it.to_ascii_lowercase()))),
        ["PORT", number, protocol] | ["PORT", number, protocol, "ADDR" | "PORT" | "PROTO"] => {
            number.parse::<u16>().is_ok() && PROTOCOLS.contains(protocol)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_services_are_recognized() {
        for (name, value) in [
            ("SERVICE_HOST", "10.0.0.1"),
            ("SERVICE_PORT", "80"),
            ("SERVICE_PORT_HTTP_METRICS", "9464"),
            ("PORT", "tcp://10.0.0.1:80"),
            ("PORT", "udp://10.0.0.1:80"),
            ("PORT_80_TCP", "tcp://10.0.0.1:80"),
            ("PORT_80_TCP_ADDR", "10.0.0.1"),
            ("PORT_80_TCP_PORT", "80"),
            ("PORT_80_TCP_PROTO", "tcp"),
            ("WORKER_SERVICE_HOST", "10.0.0.1"),
            ("MY_QUEUE_PORT", "tcp://10.0.0.1:80"),
            ("MY_QUEUE_PORT_9464_SCTP_ADDR", "10.0.0.1"),
        ] {
            assert!(is_of_orchestrator(name, value), "{name}");
        }
    }

    #[test]
    fn other_variables_are_not() {
        for (name, value) in [
            ("PORT", "8080"),
            ("PORT", "/run/socket"),
            ("JURNAL", "people.db"),
            ("HOST", "10.0.0.1"),
            ("SERVICE", "x"),
            ("PORT_HTTP_TCP", "tcp://10.0.0.1:80"),
            ("PORT_99999_TCP", "tcp://10.0.0.1:99999"),
            ("QUEUE__SERVICE_HOST", "10.0.0.1"),
            ("port", "tcp://10.0.0.1:80"),
        ] {
            assert!(!is_of_orchestrator(name, value), "{name}={value}");
        }
    }
}
