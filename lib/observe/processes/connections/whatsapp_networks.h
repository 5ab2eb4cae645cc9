/// Where WhatsApp's servers are: the one table of its networks and ports.
///
/// The prefixes that Meta's AS32934 announces, as public lists of its routes had them in 2026.
/// Facebook and Instagram are in the same networks: a connection there proves nothing alone.
/// `--endpoint` adds what is missing here.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wasession::observe {

inline constexpr std::array<std::string_view, 25> kWhatsAppNetworks = {
    "31.13.24.0/21",   "31.13.64.0/18",   "45.64.40.0/22",    "57.141.0.0/16",   "57.144.0.0/14",
    "66.220.144.0/20", "69.63.176.0/20",  "69.171.224.0/19",  "74.119.76.0/22",  "102.132.96.0/20",
    "103.4.96.0/22",   "129.134.0.0/16",  "157.240.0.0/16",   "163.70.128.0/17", "163.77.128.0/17",
    "173.252.64.0/18", "179.60.192.0/22", "185.60.216.0/22",  "185.89.216.0/22", "204.15.20.0/22",
    "2a03:2880::/32",  "2a03:2887::/32",  "2620:0:1c00::/40", "2401:db00::/32",  "2c0f:ef78::/32",
};

/// 443: web.whatsapp.com (linked devices) and g.whatsapp.net; 5222: g.whatsapp.net, the port of
/// XMPP. Port 80, which some clients fall back to, is left out.
inline constexpr std::array<std::uint16_t, 2> kWhatsAppPorts = {443, 5222};

}  // namespace wasession::observe
