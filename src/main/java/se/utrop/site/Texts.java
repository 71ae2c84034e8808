package se.utrop.site;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;

/**
 * The texts of the pages in the language of the site, with dates and numbers as that language writes them. The names of
 * months and the signs of numbers are texts too: the program starts without the locales of the JDK.
 */
final class Texts {

    private final Locale locale;

    private final ZoneId zone;

    private final ResourceBundle messages;

    private final List<String> months;

    private final List<String> shortMonths;

    private final DecimalFormatSymbols signs;

    Texts(Locale locale, ZoneId zone) {
        this.locale = locale;
        this.zone = zone;
        this.messages = ResourceBundle.getBundle(
                "site.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
        this.months = List.of(get("months").split(" ", -1));
        this.shortMonths = List.of(get("months.short").split(" ", -1));
        this.signs = DecimalFormatSymbols.getInstance(Locale.ROOT);
        signs.setGroupingSeparator(get("number.grouping").charAt(0));
        signs.setDecimalSeparator(get("number.decimal").charAt(0));
        signs.setMinusSign('−');
    }

    /** The text with this key, and with the arguments in their places. */
    String get(String key, @Nullable String... arguments) {
        String text = messages.getString(key);
        return arguments.length == 0 ? text : new MessageFormat(text, Locale.ROOT).format(arguments);
    }

    /** The text for a number of things, which differs for none and for one. */
    String count(String key, int number) {
        return switch (number) {
            case 0 -> get(key + ".none");
            case 1 -> get(key + ".one");
            default -> get(key + ".many", number(number));
        };
    }

    String language() {
        return locale.getLanguage();
    }

    /** The language and country as OpenGraph names them. */
    String territory() {
        return locale.toString();
    }

    String day(Instant at) {
        return date(at, months);
    }

    /** For the axis of a chart. */
    String shortDay(Instant at) {
        return date(at, shortMonths);
    }

    private String date(Instant at, List<String> names) {
        ZonedDateTime local = at.atZone(zone);
        return "%d %s %d".formatted(local.getDayOfMonth(), names.get(local.getMonthValue() - 1), local.getYear());
    }

    String moment(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        String time = "%02d%s%02d".formatted(local.getHour(), get("time.separator"), local.getMinute());
        return get("time.moment", day(at), time);
    }

    /** A time of publication, as precisely as it is known. */
    String published(Instant at, DatePrecision precision) {
        return switch (precision) {
            case EXACT -> moment(at);
            case DAY -> day(at);
            case ESTIMATED -> get("time.about", day(at));
        };
    }

    /** Without the time of day, for lists. */
    String date(Instant at, DatePrecision precision) {
        return precision == DatePrecision.ESTIMATED ? get("time.about", day(at)) : day(at);
    }

    /** The name of a month, as a heading begins. */
    String monthOf(int number) {
        String name = months.get(number - 1);
        return name.substring(0, 1).toUpperCase(locale) + name.substring(1);
    }

    String number(double value) {
        return new DecimalFormat("#,##0.######", signs).format(value);
    }

    /** A change with its sign. */
    String change(double value) {
        return value > 0 ? "+" + number(value) : number(value);
    }
}
