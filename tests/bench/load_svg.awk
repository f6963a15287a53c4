# Draws what `crowd` measured, as SVG: awk -v clients=500 -v begin=10 -v end=40 -v bound=70 -f load_svg.awk load.tsv >load.svg
# Four panels over the same seconds: token checks, sign-ins, how long the slowest hundredth waited, memory. The time of the
# sign-ins (begin to end) is shaded; bound is what memory may come to, in MiB. Colours follow the reader's light or dark.
# SPDX-License-Identifier: MIT
BEGIN {
    FS = "\t"
    left = 70; width = 660; top = 74; height = 100; gap = 52
}
$8 == 0 { next } # the rest of a second, in which it ended
{
    if ($1 + 1 > seconds) seconds = $1 + 1
    if ($2 == "check") { checks[$1] = $3; slow_check[$1] = $7 }
    if ($2 == "signin") { in_[$1] = $3; refused[$1] = $4; if ($3 > 0) slow_in[$1] = $7 }
    resident[$1] = $8 / 1024
}
function across(second) { return left + width * second / seconds }
function bottom(panel) { return top + panel * (height + gap) + height }
function nice(most,  step) { # the next 1, 2 or 5 times a power of ten
    for (step = 1; step * 10 < most; step *= 10);
    return step >= most ? step : step * 2 >= most ? step * 2 : step * 5 >= most ? step * 5 : step * 10
}
function most_of(values, least,  i) { for (i in values) if (values[i] > least) least = values[i]; return least }
function number(value) { # with blanks between thousands
    return value >= 1000 ? int(value / 1000) " " sprintf("%03d", value % 1000) : value ""
}
function say(right, down, class, text) { printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", right, down, class, text }
# What a panel is about, its unit, and the scale: linear up to most, or logarithmic from 1 to it.
function panel(n, title, unit, most, logarithmic,  i, value) {
    say(left, bottom(n) - height - 12, "about", title " <tspan class=\"unit\">" unit "</tspan>")
    printf "<rect class=\"storm\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>\n", across(begin), bottom(n) - height, across(end) - across(begin), height
    scale[n] = most; logs[n] = logarithmic
    if (logarithmic) { for (value = 1; value <= most; value *= 10) tick(n, value) }
    else for (i = 0; i <= 2; i++) tick(n, most * i / 2)
}
function up(n, value) {
    if (!logs[n]) return bottom(n) - height * value / scale[n]
    return bottom(n) - height * (value > 1 ? log(value) / log(scale[n]) : 0)
}
function tick(n, value) {
    printf "<path class=\"grid\" d=\"M%d %.1fh%d\"/>\n", left, up(n, value), width
    say(left - 8, up(n, value) + 4, "tick", number(value))
}
# A line through the middles of the seconds that have a value, and its name, in order, right above the panel.
function line(n, class, name, values,  i, command) {
    printf "<path class=\"line %s\" d=\"", class
    command = "M"
    for (i = 0; i < seconds; i++) {
        if (!(i in values)) { command = "M"; continue }
        printf "%s%.1f %.1f", command, across(i + 0.5), up(n, values[i])
        command = "L"
    }
    print "\"/>"
    say(left + width - names[n]++ * 150, bottom(n) - height - 12, "name " class, name)
}
END {
    foot = bottom(3)
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 %d\" font-family=\"system-ui, sans-serif\" role=\"img\" aria-labelledby=\"title\">\n", foot + 56
    print "<title id=\"title\">" clients " clients sign in at once beside token checks: rates, waiting and memory over time</title>"
    print "<style>"
    print "svg{--paper:#fff;--ink:#1f2328;--soft:#59636e;--grid:#d9dee4;--storm:#f1f4f8;--check:#0a5cc4;--signin:#b45309;--refused:#7a3fb0}"
    print "@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--soft:#9aa4af;--grid:#2f3740;--storm:#181f28;--check:#6cb0ff;--signin:#f0a04b;--refused:#c99bf5}}"
    print ".paper{fill:var(--paper)}.storm{fill:var(--storm)}.grid{stroke:var(--grid);fill:none}.line{fill:none;stroke-width:2;stroke-linejoin:round}"
    print ".check{stroke:var(--check)}.signin{stroke:var(--signin)}.refused{stroke:var(--refused);stroke-dasharray:5 3}.memory{stroke:var(--ink)}.bound{stroke:var(--soft);stroke-dasharray:2 3}"
    print "text{fill:var(--ink);font-size:13px}.heading{font-size:17px;font-weight:600}.about{font-weight:600}.unit{font-weight:400;fill:var(--soft)}.tick{fill:var(--soft);font-size:12px;text-anchor:end}.second{fill:var(--soft);font-size:12px;text-anchor:middle}.name{text-anchor:end;stroke:none}"
    print ".name.check{fill:var(--check);stroke:none}.name.signin{fill:var(--signin);stroke:none}.name.refused{fill:var(--refused);stroke:none}.name.memory{fill:var(--ink);stroke:none}.name.bound{fill:var(--soft);stroke:none}"
    print "</style>"
    printf "<rect class=\"paper\" width=\"760\" height=\"%d\"/>\n", foot + 56
    say(left - 50, 30, "heading", clients " clients sign in at once, beside token checks")

    panel(0, "Token checks", "a second", nice(most_of(checks, 1)), 0)
    line(0, "check", "answered", checks)
    panel(1, "Sign-ins", "a second", nice(most_of(refused, most_of(in_, 1))), 0)
    line(1, "refused", "told to come again", refused)
    line(1, "signin", "signed in", in_)
    panel(2, "The slowest hundredth", "p99, ms", 10000, 1)
    line(2, "signin", "sign-in", slow_in)
    line(2, "check", "token check", slow_check)
    for (i = 0; i < seconds; i++) limit[i] = bound
    panel(3, "Memory of the program", "resident, MiB", nice(most_of(resident, bound)), 0)
    line(3, "memory", "held", resident)
    line(3, "bound", "bound " bound, limit)
    for (i = 0; i <= seconds; i += 10) say(across(i), foot + 20, "second", i)
    say(left + width / 2, foot + 42, "second", "seconds (shaded: the time of the sign-ins)")
    print "</svg>"
}
