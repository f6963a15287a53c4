// SPDX-License-Identifier: MIT
// M1: the customers, searched, filtered, sorted and paged by the address alone (UI28); which columns are shown is the
// operator's own choice, kept with him.
#include <algorithm>
#include <charconv>

#include "pages/desk/subject.h"

namespace authtickets::pages::desk::customers {

namespace {

using directory::Sort;
using operators::Right;

constexpr std::uint32_t page_size = 25;
constexpr std::uint32_t last_page = directory::most_shown / page_size;

// What the address asks for.
struct Wanted {
    std::string search{};
    std::optional<directory::Status> status{};
    Sort sort = Sort::last_sign_in;
    bool falling = directory::falls(Sort::last_sign_in);
    std::uint32_t page = 1;

    directory::Query query() const {
        return {.search = search, .status = status, .sort = sort, .falling = falling, .offset = (page - 1) * page_size, .limit = page_size};
    }
};

std::uint32_t page_number(std::string_view text) {
    std::uint32_t out = 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error != std::errc() || end != text.data() + text.size() ? 1 : std::clamp(out, std::uint32_t{1}, last_page);
}

Wanted wanted(const http::Query& query) {
    Wanted out{.search = query.get("q").value_or(""), .status = directory::status_named(query.get("status").value_or(""))};
    out.sort = directory::sort_named(query.get("sort").value_or("")).value_or(Sort::last_sign_in);
    const auto order = query.get("order").value_or("");
    out.falling = order == "down" || (order != "up" && directory::falls(out.sort));
    out.page = page_number(query.get("page").value_or("1"));
    return out;
}

// The part of the address that filters, and the part that sorts: neither where it is what there is without it.
std::string status_of(const Wanted& want) { return want.status ? std::string(directory::name(*want.status)) : std::string(); }
std::string sort_of(const Wanted& want) { return want.sort == Sort::last_sign_in ? std::string() : std::string(directory::name(want.sort)); }
std::string order_of(const Wanted& want) { return want.falling == directory::falls(want.sort) ? "" : want.falling ? "down" : "up"; }

Pairs pairs(const Wanted& want) {
    return {{"q", want.search}, {"status", status_of(want)}, {"sort", sort_of(want)}, {"order", order_of(want)},
            {"page", want.page == 1 ? std::string() : std::to_string(want.page)}};
}

Wanted at_page(Wanted want, std::uint32_t page) {
    want.page = page;
    return want;
}

// By another column, or the other way round; from the first page on.
Wanted sorted(Wanted want, Sort by) {
    want.falling = want.sort == by ? !want.falling : directory::falls(by);
    want.sort = by;
    want.page = 1;
    return want;
}

// --- Columns

struct Column {
    std::string_view name, heading;  // in the form and in the preferences; a key
    std::optional<Sort> sort;
};
constexpr std::array columns{
    Column{"user_name", "o.c_user_name", Sort::user_name}, Column{"email", "o.c_email", Sort::email},
    Column{"status", "o.c_status", std::nullopt},          Column{"two_step", "o.c_two_step", std::nullopt},
    Column{"last_sign_in", "o.c_last_sign_in", Sort::last_sign_in},
};

// All of them until the operator has chosen.
bool chosen(const operators::Operator& staff, std::string_view column) {
    const auto* kept = staff.preferences.find("columns");
    if (!kept || !kept->items()) return true;
    return std::ranges::any_of(*kept->items(), [&](const Json& each) { return each.text() && *each.text() == column; });
}

View heading(const Visit& visit, const Wanted& want, std::string_view key, std::optional<Sort> sort) {
    View out;
    out.text("title", visit.look.text(key));
    if (!sort) return out;
    out.text("to", address(visit.look, "customers", pairs(sorted(want, *sort))));
    return std::move(out.text("order", want.sort != *sort ? "" : want.falling ? "descending" : "ascending"));
}

// --- Rows

View cell(const Visit& visit, const directory::Customer& who, const Column& column) {
    const auto& look = visit.look;
    View out;
    out.text("label", look.text(column.heading));
    if (column.name == "user_name") return std::move(out.text("kind", "long").text("plain", who.user_name));
    if (column.name == "email") return std::move(out.text("kind", "long").text("plain", who.email));
    if (column.name == "status") return std::move(out.part("tag", status_tag(look, who.status())));
    out.text("kind", "from");
    if (column.name == "two_step") return std::move(out.text("plain", look.text("o.c_by_" + std::string(directory::name(who.two_step)))));
    if (!who.last_sign_in_at) return std::move(out.text("plain", look.text("o.c_never")));
    return std::move(out.part("at", moment(look, *who.last_sign_in_at)));
}

View choice(const Visit& visit, const std::string& page, std::string_view press, std::string_view key) {
    return std::move(View().text("to", address(visit.look, page + "/" + std::string(press))).text("says", visit.look.text(key)));
}

// What can be done from the list; nobody signs in as a guest, so nothing is done to one.
View::Lines menu(const Visit& visit, const directory::Customer& who, const std::string& page) {
    View::Lines out;
    if (who.guest()) return out;
    if (may(visit, Right::suspend)) {
        out.push_back(who.suspended ? choice(visit, page, "activate", "o.c_activate") : choice(visit, page, "suspend", "o.c_suspend"));
    }
    if (may(visit, Right::send_reset)) out.push_back(choice(visit, page, "reset", "o.c_send_reset"));
    return out;
}

View row(const Visit& visit, const directory::Customer& who) {
    const auto page = "customers/" + std::to_string(who.account.value);
    View out;
    out.text("customer", who.shown()).text("record", address(visit.look, page));
    View::Lines cells;
    for (const auto& column : columns) {
        if (chosen(*visit.staff, column.name)) cells.push_back(cell(visit, who, column));
    }
    out.lines("cells", std::move(cells));
    auto choices = menu(visit, who, page);
    if (choices.empty()) return out;
    View part;
    part.text("more", visit.look.words.say("o.c_more", {{"customer", isolated(visit.look, who.shown())}}));
    return std::move(out.part("menu", std::move(part.lines("choices", std::move(choices)))));
}

// --- Pages of the list

// The first, the last and those around this one; 0 stands for those between.
std::vector<std::uint32_t> shown_pages(std::uint32_t here, std::uint32_t last) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t page = 1; page <= last; ++page) {
        const bool near = page + 1 >= here && page <= here + 1;
        if (page == 1 || page == last || near) out.push_back(page);
        else if (out.back() != 0) out.push_back(0);
    }
    return out;
}

View pager(const Visit& visit, const Wanted& want, const directory::Page& page) {
    const auto& look = visit.look;
    const auto last = static_cast<std::uint32_t>((page.total + page_size - 1) / page_size);
    const auto to = [&](std::uint32_t other) { return address(look, "customers", pairs(at_page(want, other))); };
    const auto from = (want.page - 1) * page_size + 1;
    View out;
    out.text("range", look.words.say(page.more ? "o.c_range_more" : "o.c_range",
                                     {{"from", std::to_string(from)}, {"to", std::to_string(from + page.items.size() - 1)},
                                      {"total", std::to_string(page.total)}}));
    if (last < 2) return out;
    View::Lines pages;
    for (const auto each : shown_pages(want.page, last)) {
        View line;
        if (each == 0) line.text("gap", "gap");
        else line.text("page", std::to_string(each)).text(each == want.page ? "here" : "to", each == want.page ? "page" : to(each));
        pages.push_back(std::move(line));
    }
    View steps;
    if (want.page > 1) steps.text("before", to(want.page - 1));
    if (want.page < last) steps.text("next", to(want.page + 1));
    return std::move(out.part("steps", std::move(steps.lines("pages", std::move(pages)))));
}

std::string count(const Look& look, const directory::Page& page) {
    const auto n = std::to_string(page.total);
    return look.words.say(page.more ? "o.c_count_more" : page.total == 1 ? "o.c_count_one" : "o.c_count", {{"n", n}});
}

View filters(const Visit& visit, const Wanted& want) {
    const auto& look = visit.look;
    View::Lines statuses{option("", look.text("o.c_all"), !want.status)};
    using enum directory::Status;
    for (const auto each : {active, suspended, locked, guest}) {
        const std::string name(directory::name(each));
        statuses.push_back(option(name, look.text(each == guest ? "o.c_guests" : "o.c_" + name), want.status == each));
    }
    View::Lines boxes;
    for (const auto& column : columns) {
        boxes.push_back(std::move(View().text("column", std::string(column.name)).text("said", look.text(column.heading))
                                      .text("checked", chosen(*visit.staff, column.name) ? "checked" : "")));
    }
    View out;
    out.text("search", want.search).text("sort", sort_of(want)).text("order", order_of(want));
    if (!look.query.empty()) out.text("language", std::string(look.words.language()));
    if (!want.search.empty() || want.status) out.text("clear", address(look, "customers"));
    return std::move(out.lines("statuses", std::move(statuses)).lines("boxes", std::move(boxes)));
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto& look = visit.look;
    auto want = wanted(visit.request.query);
    auto found = app.directory.list(app.db, *visit.shop, visit.context.now, want.query());
    // A page beyond the end, as when customers went meanwhile: the last one there is.
    if (found.items.empty() && found.total > 0 && want.page > 1) {
        want.page = static_cast<std::uint32_t>((found.total + page_size - 1) / page_size);
        found = app.directory.list(app.db, *visit.shop, visit.context.now, want.query());
    }

    Page page{.screen = "desk/customers", .heading = "o.tab_customers"};
    auto& view = page.view;
    view.text("count", count(look, found)).part("filters", filters(visit, want));
    view.text("keep", address(look, "customers/columns", pairs(want)));
    if (may(visit, Right::create)) view.text("create", address(look, "customers/new"));
    if (may(visit, Right::export_lists)) {
        View part;
        part.text("export_to", address(look, "customers/export", pairs(at_page(want, 1))));
        if (found.more) part.text("cut", look.words.say("o.c_export_cut", {{"n", std::to_string(directory::most_shown)}}));
        view.part("export", std::move(part));
    }
    if (found.broad) view.text("broad", look.text("o.c_broad"));
    if (found.items.empty()) {
        view.text("empty", look.text(want.search.empty() && !want.status ? "o.c_none" : "o.c_none_found"));
        return show(look, std::move(page));
    }
    View table;
    View::Lines headings{heading(visit, want, "o.c_name", Sort::name)}, rows;
    for (const auto& column : columns) {
        if (chosen(*visit.staff, column.name)) headings.push_back(heading(visit, want, column.heading, column.sort));
    }
    for (const auto& each : found.items) rows.push_back(row(visit, each));
    table.lines("headings", std::move(headings)).lines("rows", std::move(rows)).part("pager", pager(visit, want, found));
    view.part("table", std::move(table));
    return show(look, std::move(page));
}

Result<http::Response> keep_columns(App& app, const Visit& visit) {
    Json::Array kept;
    for (const auto& column : columns) {
        const auto asked = [&](const auto& pair) { return pair.first == "column" && pair.second == column.name; };
        if (std::ranges::any_of(visit.form.pairs(), asked)) kept.emplace_back(column.name);
    }
    auto preferences = visit.staff->preferences.is_object() ? visit.staff->preferences : Json::object({});
    preferences.set("columns", Json(std::move(kept)));
    const auto done = app.operators.set_preferences(app.db, *visit.staff, preferences);
    if (!done) return refuse(done.error());
    return go(visit.look, page_at("customers", pairs(wanted(visit.request.query))));
}

Result<http::Response> take_away(App& app, const Visit& visit) {
    auto list = app.directory.exported(app.db, *visit.shop, visit.context.now, wanted(visit.request.query).query());
    app.desk.exported(app.db, visit.at_shop(), "customers", list.rows);
    http::Response response{.content_type = "text/csv; charset=utf-8", .body = std::move(list.csv)};
    response.header("Content-Disposition", "attachment; filename=\"customers-" + iso8601(visit.context.now).substr(0, 10) + ".csv\"");
    return response;
}

}  // namespace authtickets::pages::desk::customers
