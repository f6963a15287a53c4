// SPDX-License-Identifier: MIT
// One table of members says what each is; GET and PUT go through it.
#include "api/kibo/wire_settings.h"

#include <algorithm>
#include <array>

namespace authtickets::kibo {
namespace {

using realms::Settings;

// Kinds of members in the clients' model.
enum class Kind { flag, text, number, object, list, mails, sms };

struct Member {
    std::string_view name;
    Kind kind;
    std::string_view setting{};                  // empty: nothing of this program's
    bool Settings::* flag{};
    std::string Settings::* text{};
    std::uint32_t Settings::* mails{};
};

constexpr Member flag(std::string_view name, std::string_view setting, bool Settings::* member) {
    return {.name = name, .kind = Kind::flag, .setting = setting, .flag = member};
}
constexpr Member text(std::string_view name, std::string_view setting, std::string Settings::* member) {
    return {.name = name, .kind = Kind::text, .setting = setting, .text = member};
}
constexpr Member mails(std::string_view name, std::string_view setting, std::uint32_t Settings::* member) {
    return {.name = name, .kind = Kind::mails, .setting = setting, .mails = member};
}
constexpr Member foreign(std::string_view name, Kind kind) { return {.name = name, .kind = kind}; }

// GeneralSettings of @kibocommerce/rest-sdk 3.2634.1, in its order.
constexpr std::array members{
    foreign("allowInvalidAddresses", Kind::flag),
    foreign("auditInfo", Kind::object),
    text("bccEmailAddress", "mail.bcc", &Settings::mail_bcc),
    foreign("cacheSettings", Kind::object),
    foreign("customCdnHostName", Kind::text),
    foreign("customRoutes", Kind::object),
    mails("emailTransactionsOnlyOnRequest", "mail.on_request", &Settings::mails_on_request),
    foreign("emailTypes", Kind::list),
    foreign("favIconMobilePath", Kind::text),
    foreign("favIconPath", Kind::text),
    foreign("googleAnalyticsCode", Kind::text),
    flag("is2FAAlwaysRequired", "second_step.always", &Settings::second_step_always),
    flag("is2FARequiredOnFingerprintChange", "second_step.on_fingerprint", &Settings::second_step_on_fingerprint),
    flag("is2FARequiredOnRegionChange", "second_step.on_region", &Settings::second_step_on_region),
    foreign("isAddressValidationEnabled", Kind::flag),
    flag("isEmailOtpLoginAllowed", "signin.email_code", &Settings::email_code),
    foreign("isGoogleAnalyticsEcommerceEnabled", Kind::flag),
    foreign("isGoogleAnalyticsEnabled", Kind::flag),
    foreign("isMozuWebSite", Kind::flag),
    foreign("isMultishipEnabled", Kind::flag),
    foreign("isWishlistCreationEnabled", Kind::flag),
    foreign("logoPath", Kind::text),
    foreign("logoText", Kind::text),
    foreign("missingImageSubstitute", Kind::text),
    foreign("mobileTheme", Kind::text),
    foreign("reCaptchaSettings", Kind::object),
    text("replyToEmailAddress", "mail.reply_to", &Settings::mail_reply_to),
    text("senderEmailAddress", "mail.sender", &Settings::mail_sender),
    text("senderEmailAlias", "mail.sender_name", &Settings::mail_sender_name),
    foreign("siteTimeFormat", Kind::text),
    foreign("siteTimeZone", Kind::text),
    foreign("smsTypes", Kind::list),
    mails("supressedEmailTransactions", "mail.suppressed", &Settings::mails_suppressed),  // sic
    foreign("supressedSmsTransactions", Kind::sms),
    foreign("tabletTheme", Kind::text),
    foreign("taxableTerritories", Kind::list),
    foreign("templateSiteId", Kind::number),
    foreign("theme", Kind::text),
    foreign("viewAuthorizations", Kind::object),
    foreign("websiteName", Kind::text),
};
constexpr std::string_view suppressed = "suppressedEmailTransactions";  // as a person would spell it

// EmailTransactionSettings and SMSTransactionSettings of the same model.
constexpr std::array<std::string_view, 67> mail_switches{
    "accountCreated", "accountDenied", "accountInactive", "backInStock", "backorder", "curbsideReady", "customerAtCurbside",
    "customerIntransit", "deliveryDateUpdated", "digitalItemFulfilled", "gatewayGiftCardCreated", "giftCardCreated",
    "intransitConfirmation", "itemSubstituted", "orderCancellation", "orderCancellationFailed", "orderChanged",
    "orderFulfillmentDetailsChanged", "orderItemsCanceled", "orderPickupReady", "orderPickupReminder", "orderShipped", "otpForLogin",
    "partialCurbsideReady", "partialPickupReady", "quoteExpired", "quoteInReview", "quoteReadyForCheckout", "readyForDelivery",
    "refundCreated", "returnAuthorized", "returnCancelled", "returnClosed", "returnCreated", "returnLabelAdded", "returnRejected",
    "returnUpdated", "shipmentAssigned", "shipmentBackorderDateChanged", "shipmentConfirmation", "shipmentItemCanceled",
    "shopperEmailUpdated", "shopperLoginCreated", "shopperPasswordReset", "shopperPasswordUpdated", "storeCreditCreated",
    "storeCreditUpdated", "subscriptionActivated", "subscriptionCancelled", "subscriptionErrored", "subscriptionFrequencyUpdated",
    "subscriptionItemAdded", "subscriptionItemQuantityUpdated", "subscriptionItemsCancelled", "subscriptionNextOrderDateUpdated",
    "subscriptionOrderReminder", "subscriptionOrderedNow", "subscriptionPauseLimitReminder", "subscriptionPaused",
    "subscriptionPausedReminder", "subscriptionPaymentUpdated", "subscriptionShippingInfoUpdated", "subscriptionSkipped",
    "substitutionPaymentRequired", "transferShipmentCreated", "transferShipmentCreatedByFulfiller", "transferShipmentShipped"};
constexpr std::array<std::string_view, 13> sms_switches{
    "curbsideReady", "customerAtCurbside", "customerAtStore", "customerIntransit", "intransitConfirmation", "optOutAcknowledgement",
    "orderConfirmation", "orderPickupReady", "orderPickupReminder", "shipmentAssigned", "shipmentFulfilled", "shipmentItemCanceled",
    "storeItemsCanceled"};

// Which bit of a set a switch is; none for mails that a shop sends and this program does not.
std::optional<unsigned> bit(std::string_view name) {
    const auto found = std::ranges::find_if(realms::mail_types(), [&](auto type) { return same_without_case(type, name); });
    if (found == realms::mail_types().end()) return std::nullopt;
    return static_cast<unsigned>(found - realms::mail_types().begin());
}

Json switches(std::span<const std::string_view> names, std::optional<std::uint32_t> set) {
    Json out = Json::object({});
    for (const auto name : names) {
        const auto its_bit = set ? bit(name) : std::nullopt;
        out.set(name, its_bit ? Json((*set >> *its_bit & 1U) != 0) : Json());
    }
    return out;
}

Json value(const Member& member, const Settings& settings) {
    if (member.flag) return settings.*member.flag;
    if (member.text) return (settings.*member.text).empty() ? Json() : Json(settings.*member.text);
    if (member.mails) return switches(mail_switches, settings.*member.mails);
    if (member.kind == Kind::sms) return switches(sms_switches, std::nullopt);
    if (member.kind == Kind::list) return Json::array();
    return {};
}

// Every switch of the object is true, false or null, whichever mail it is about.
GeneralChange::Mails read_switches(Members& in, std::string_view name, const Json& object, std::string_view setting) {
    GeneralChange::Mails out{.setting = setting};
    Members each(object);
    if (each.refused()) in.wrong(name, each.refused()->text);
    for (const auto& [type, given] : *object.members()) {
        if (given.is_null()) continue;
        const auto on = given.boolean();
        const auto its_bit = bit(type);
        const auto known = std::ranges::find_if(mail_switches, [&](auto one) { return same_without_case(one, type); });
        if (!on) {
            // A name that is not the model's is a stranger's, and not repeated.
            in.wrong(known == mail_switches.end() ? std::string(name) : std::string(name) + "." + std::string(*known), "must be true or false");
        }
        if (!on || !its_bit) continue;
        out.named |= 1U << *its_bit;
        if (*on) out.on |= 1U << *its_bit;
    }
    return out;
}

void read(Members& in, const Member& member, std::string_view name, GeneralChange& out) {
    switch (member.kind) {
        case Kind::flag:
            if (const auto given = in.boolean(name); given && member.flag) out.flags.emplace_back(member.setting, *given);
            return;
        case Kind::text:
            if (auto given = in.text_if_given(name); given && member.text) out.texts.emplace_back(member.setting, std::move(*given));
            return;
        case Kind::mails:
        case Kind::sms:
            if (const auto* given = in.object(name)) {
                auto set = read_switches(in, name, *given, member.setting);
                if (member.mails) out.mails.push_back(set);
            }
            return;
        case Kind::number: in.integer(name); return;
        case Kind::object: in.object(name); return;
        case Kind::list: in.list_if_given(name); return;
    }
}

}  // namespace

Json general_settings(const Settings& settings) {
    Json out = Json::object({});
    for (const auto& member : members) out.set(member.name, value(member, settings));
    return out;
}

Result<GeneralChange> general_change(const Json& body) {
    GeneralChange out;
    Members in(body);
    for (const auto& member : members) {
        read(in, member, member.name, out);
        if (member.setting != "mail.suppressed" || !in.any(suppressed)) continue;
        if (in.any(member.name)) in.wrong(suppressed, "is the same as supressedEmailTransactions: only one of them can be given");
        read(in, member, suppressed, out);
    }
    if (in.refused()) return refuse(*in.refused());
    return out;
}

realms::Changes changes(const GeneralChange& change, const Settings& settings) {
    realms::Changes out;
    for (const auto& [name, on] : change.flags) out.emplace_back(name, on ? "on" : "off");
    for (const auto& [name, text] : change.texts) out.emplace_back(name, text);
    for (const auto& each : change.mails) {
        const auto member = std::ranges::find(members, each.setting, &Member::setting);
        const auto before = settings.*member->mails;
        out.emplace_back(each.setting, realms::mail_list((before & ~each.named) | each.on));
    }
    return out;
}

std::string_view general_member(std::string_view setting) {
    if (setting.empty()) return setting;
    const auto found = std::ranges::find(members, setting, &Member::setting);
    return found == members.end() ? setting : found->name;
}

}  // namespace authtickets::kibo
