// SPDX-License-Identifier: MIT
// Media types (FC2, FC3; docs/freshcom.md): what a body may be, and whether the answer's is one that the caller takes.
#include <algorithm>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

// The piece before the separator; what is left stands behind it.
std::string_view piece(std::string_view& rest, char separator) {
    const auto end = std::min(rest.find(separator), rest.size());
    const auto out = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return out;
}

// Parameters are passed over: a profile or a charset changes nothing that is read here.
bool is_document(std::string_view content_type) {
    const auto type = lowered(piece(content_type, ';'));
    return type == media_type || type == "application/json";
}

// "q=0" and "q=0.000": it is not wanted.
bool refused_by_weight(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto each = lowered(piece(parameters, ';'));
        if (each.starts_with("q=")) return each.size() > 2 && each.find_first_not_of("0.", 2) == each.npos;
    }
    return false;
}

bool accepts(std::string_view header) {
    while (!header.empty()) {
        auto rest = piece(header, ',');
        const auto range = lowered(piece(rest, ';'));
        const bool fits = range == media_type || range == "application/*" || range == "*/*";
        if (fits && !refused_by_weight(rest)) return true;
    }
    return false;
}

http::Response without_body(int status) {
    http::Response out;
    out.status = status;
    out.content_type.clear();
    return out;
}

}  // namespace

std::optional<http::Response> media(const http::Request& request, const Route& route) {
    if (route.path == token_path) return {};
    if (const auto accept = request.header("accept"); accept && !accepts(*accept)) return without_body(406);
    if (route.body != 0 && !is_document(request.content_type)) return without_body(415);
    return {};
}

}  // namespace authtickets::freshcom
