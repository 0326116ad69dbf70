//! The HTML error page of an edge in front of a vendor. Its content is the sandbox's choice.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(crate) fn error_page(status: StatusCode) -> Response {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let text = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n<center><h1>{title}</h1></center>\n\
         <hr><center>edge</center>\n</body>\n</html>\n"
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::SERVER, "edge")];
    (status, headers, text).into_response()
}
