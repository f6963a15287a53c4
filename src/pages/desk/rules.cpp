// SPDX-License-Identifier: MIT
// M11: the shop's sign-in rules. The form carries what it was opened with: where that no longer stands, somebody else has been
// here meanwhile, and nothing is saved.
#include <algorithm>
#include <array>
#include <charconv>

#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"

namespace authtickets::pages::desk::rules {

namespace {

using realms::Settings;

// What stands in the form, as it is sent: "on", "off", "sms", "standard", a number.
template <bool Settings::* member>
std::string flag(const Settings& settings) {
    return settings.*member ? "on" : "off";
}
std::string step(const Settings& settings) { return std::string(realms::name(settings.default_step)); }
std::string policy(const Settings& settings) { return settings.policy == realms::PasswordPolicy::standard ? "standard" : "documented"; }
std::string life(const Settings& settings) { return std::to_string(settings.reset_life.count() / 60); }
std::string trust(const Settings& settings) { return std::to_string(settings.trust_life.count()); }

enum class Kind { box, one_of, number };
struct Rule {
    std::string_view setting;      // "second_step.always"
    std::string_view id;           // of the field
    std::string_view said;         // the key of its label
    Kind kind;
    std::string (*value)(const Settings&);
    std::string_view words{};      // of one_of: what begins the key of a value
};
constexpr std::array all{
    Rule{"second_step.always", "always", "o.rules_always", Kind::box, flag<&Settings::second_step_always>},
    Rule{"second_step.on_fingerprint", "fp", "o.rules_fingerprint", Kind::box, flag<&Settings::second_step_on_fingerprint>},
    Rule{"second_step.on_region", "region", "o.rules_region", Kind::box, flag<&Settings::second_step_on_region>},
    Rule{"signin.email_code", "otp", "o.rules_email_code", Kind::box, flag<&Settings::email_code>},
    Rule{"second_step.default", "method", "o.rules_default", Kind::one_of, step, "o.rules_step_"},
    Rule{"reset.life", "life", "o.rules_life", Kind::number, life},
    Rule{"trust.days", "trust", "o.rules_trust", Kind::number, trust},
    Rule{"policy", "policy", "o.rules_policy", Kind::one_of, policy, "o.rules_policy_"},
};
using Values = std::array<std::string, all.size()>;

constexpr std::size_t place_of(std::string_view id) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].id == id) return i;
    }
    return all.size();
}
constexpr auto fingerprint = place_of("fp"), region = place_of("region"), reset_life = place_of("life");

Values values_of(const Settings& settings) {
    Values out;
    for (std::size_t i = 0; i < all.size(); ++i) out[i] = all[i].value(settings);
    return out;
}

// Browsers leave out what is greyed, with the mark that stands beside it: such boxes keep what they were opened with, so that
// the first rule can be switched on and off again without their being lost.
Values said(const Visit& visit, const Values& opened) {
    Values out;
    const bool greyed = visit.said("change") != "asked";
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto sent = visit.said(all[i].id);
        if (all[i].kind != Kind::box) out[i] = std::string(sent);
        else if (greyed && (i == fingerprint || i == region)) out[i] = opened[i];
        else out[i] = sent == "on" ? "on" : "off";
    }
    return out;
}

Values opened_with(const Visit& visit) {
    Values out;
    for (std::size_t i = 0; i < all.size(); ++i) out[i] = std::string(visit.said("was_" + std::string(all[i].id)));
    return out;
}

std::string shown(const Look& look, const Rule& rule, const std::string& value) {
    if (rule.kind == Kind::box) return look.text(value == "on" ? "o.on" : "o.off");
    if (rule.kind == Kind::one_of) return look.text(std::string(rule.words) + value);
    return look.words.say(std::string(rule.said) + "_is", {{"n", value}});
}

// What a rule is to be, as its setting has it; none: no number. What was left as it was shown stays as it is stored: a life
// that a command has set may be no whole number of minutes.
std::optional<std::string> setting_text(std::size_t place, const std::string& value) {
    if (place != reset_life) return value;
    long minutes{};
    const auto* const last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data(), last, minutes);
    if (error != std::errc() || end != last || minutes < 0 || minutes > 1'000'000) return std::nullopt;
    return std::to_string(minutes * 60);
}

std::string_view why_not(const Rule& rule) {
    if (rule.id == "life") return "o.rules_bad_life";
    if (rule.id == "trust") return "o.rules_bad_trust";
    return "o.rules_bad_choice";
}

View choices(const Look& look, const Rule& rule, const std::string& chosen, std::initializer_list<std::string_view> values) {
    View out;
    View::Lines lines;
    for (const auto value : values) lines.push_back(option(std::string(value), look.text(std::string(rule.words) + std::string(value)), value == chosen));
    return std::move(out.lines("choices", std::move(lines)));
}

// values: what the fields hold; stored: what they are compared with when they come back.
http::Response form(const Visit& visit, const Values& values, const Values& stored, std::optional<Problem> problem = {}, int status = 200,
                    View::Lines changed = {}) {
    const auto& look = visit.look;
    const bool may = operators::may(visit.staff->role, operators::Right::rules);
    Page page{.screen = "desk/rules", .heading = "o.tab_rules", .status = status, .problem = std::move(problem)};
    if (visit.request.query.get("done") == "saved") page.news = look.text("o.rules_saved");
    View fields;
    View::Lines was, facts;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& rule = all[i];
        const bool wrong = page.problem && page.problem->field == rule.id;
        auto one = rule.id == "method"   ? choices(look, rule, values[i], {"none", "sms", "email"})
                   : rule.id == "policy" ? choices(look, rule, values[i], {"documented", "standard"})
                                         : View();
        one.text("value", values[i]).text("ticked", values[i] == "on" ? "ticked" : "").text("why", wrong ? page.problem->text : "");
        fields.part("of_" + std::string(rule.id), std::move(one));
        was.push_back(std::move(View().text("name", "was_" + std::string(rule.id)).text("opened", stored[i])));
        facts.push_back(std::move(View().text("rule", look.text(rule.said)).text("stands", shown(look, rule, stored[i]))));
    }
    fields.text("greyed", stored[place_of("always")] == "on" ? "greyed" : "").lines("was", std::move(was));
    if (may) page.view.part("edit", std::move(fields));
    else page.view.lines("facts", std::move(facts));
    if (!changed.empty()) page.view.part("meanwhile", std::move(View().lines("changed", std::move(changed))));
    return show(look, std::move(page));
}

}  // namespace

std::string in_words(const Look& look, std::string_view setting) {
    const auto* const rule = std::ranges::find(all, setting, &Rule::setting);
    return rule == all.end() ? std::string(setting) : look.text(rule->said);
}

Result<http::Response> open(App& app, const Visit& visit) {
    const auto stored = values_of(app.realms.newest(app.db, visit.context.now, visit.shop->no)->settings);
    return form(visit, stored, stored);
}

Result<http::Response> save(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const auto opened = opened_with(visit);
    const auto wanted = said(visit, opened);
    std::optional<Values> stored;  // set where it is not what the form was opened with
    const auto saved = app.realms.set_all(app.db, visit.at_shop(), visit.shop->no, [&](const Settings& settings) -> Result<realms::Changes> {
        const auto now_there = values_of(settings);
        stored.reset();
        if (now_there != opened) {
            stored = now_there;
            return refuse(Why::forbidden, "stale");
        }
        realms::Changes out;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (wanted[i] == now_there[i]) continue;
            const auto text = setting_text(i, wanted[i]);
            if (!text) return refuse(Why::bad_parameter, std::string(all[i].setting));
            out.emplace_back(all[i].setting, *text);
        }
        return out;
    });
    if (saved) return go(look, "rules?done=saved");
    if (stored) {
        // What the other did not touch stays as it was typed.
        auto values = *stored;
        View::Lines changed;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if ((*stored)[i] == opened[i]) {
                values[i] = wanted[i];
                continue;
            }
            changed.push_back(std::move(View().text("rule", look.text(all[i].said)).text("now", shown(look, all[i], (*stored)[i]))));
        }
        return form(visit, values, *stored, Problem{.text = look.text("o.rules_stale")}, 409, std::move(changed));
    }
    if (saved.error().why != Why::bad_parameter) return refuse(saved.error());
    const auto rule = std::ranges::find(all, saved.error().field, &Rule::setting);
    if (rule == all.end()) return refuse(saved.error());
    return form(visit, wanted, opened, Problem{.text = look.text(why_not(*rule)), .field = rule->id}, 400);
}

}  // namespace authtickets::pages::desk::rules
