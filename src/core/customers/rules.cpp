// SPDX-License-Identifier: MIT
// What is judged of a customer to be without looking into a table.
#include <authtickets/core/customers.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::customers {

std::vector<std::string> context_words(const realms::Realm& realm, std::string_view user_name, std::string_view email) {
    std::vector<std::string> words{std::string(user_name), std::string(email), std::string(email.substr(0, email.find('@'))), realm.name, "authtickets"};
    for (const auto& site : realm.sites) words.push_back(site.name);
    return words;
}

Result<NewCustomer> checked(NewCustomer customer) {
    auto profile = accounts::checked(std::move(customer.profile));
    if (!profile) return refuse(profile.error());
    customer.profile = std::move(*profile);
    if (customer.number && (customer.number->value < 1 || customer.number->value > largest_number)) {
        return refuse(Why::bad_parameter, "account_id", "must be from 1 to " + std::to_string(largest_number));
    }
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto& phone = customer.phone;
    const bool e164 = phone.size() >= 8 && phone.size() <= 16 && phone[0] == '+' && phone[1] != '0' &&
                      std::all_of(phone.begin() + 1, phone.end(), digit);
    if (!phone.empty() && !e164) return refuse(Why::bad_parameter, "phone", "must be a number in the form +4930123456");
    if (!phone.empty()) customer.profile.phone = phone;
    if (!customer.login) return customer;
    auto& login = *customer.login;
    login.user_name = text::trimmed(login.user_name);
    if (login.user_name.empty()) login.user_name = customer.profile.email;
    if (login.user_name.empty()) return refuse(Why::missing_parameter, "email");
    if (!text::normal_name(login.user_name)) {
        return refuse(Why::bad_parameter, "user_name", "must be 1 to 320 characters without control characters");
    }
    if (login.password) {
        auto normal = text::nfc(login.password->reveal());
        if (!normal) return refuse(Why::bad_parameter, "password", "must be UTF-8");
        login.password = Secret(std::move(*normal));
    }
    return customer;
}

tickets::Factor own_factor(const logins::Login& login) {
    if (login.app) return tickets::Factor::app;
    if (login.method == users::Method::simple) return tickets::Factor::none;
    return login.method == users::Method::sms && login.phone ? tickets::Factor::sms : tickets::Factor::email;
}

bool strong_factor(const logins::Login& login) {
    const auto own = own_factor(login);
    return own == tickets::Factor::app || own == tickets::Factor::sms;
}

bool fresh(const tickets::Ticket& ticket, const logins::Login& login, Time now, Seconds window) {
    const auto within = [&](const std::optional<Time>& at) { return at && now - *at <= window; };
    switch (own_factor(login)) {
        case tickets::Factor::app: return within(ticket.app_at);
        case tickets::Factor::sms: return within(ticket.sms_at);
        case tickets::Factor::email: return within(ticket.email_at);
        case tickets::Factor::none: break;
    }
    return within(ticket.password_at) || within(ticket.email_at) || within(ticket.sms_at);
}

bool follows_email(std::string_view user_name, std::string_view email) {
    const auto name = text::normal_name(user_name), address = text::normal_email(email);
    return name && address && *name == *address;
}

}  // namespace authtickets::customers
