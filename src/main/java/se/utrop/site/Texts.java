package se.utrop.site;

import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;

/** The texts of the pages in the language of the site, with dates and numbers as that language writes them. */
final class Texts {

    private static final char MINUS = '−';

    private final Locale locale;

    private final ZoneId zone;

    private final ResourceBundle messages;

    private final DateTimeFormatter day;

    private final DateTimeFormatter shortDay;

    private final DateTimeFormatter minute;

    private final DateTimeFormatter month;

    Texts(Locale locale, ZoneId zone) {
        this.locale = locale;
        this.zone = zone;
        this.messages = ResourceBundle.getBundle(
                "site.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
        this.day = DateTimeFormatter.ofPattern("d MMMM yyyy", locale);
        this.shortDay = DateTimeFormatter.ofPattern("d MMM yyyy", locale);
        this.minute = DateTimeFormatter.ofPattern(get("time.pattern"), locale);
        this.month = DateTimeFormatter.ofPattern("LLLL", locale);
    }

    /** The text with this key, and with the arguments in their places. */
    String get(String key, @Nullable Object... arguments) {
        String text = messages.getString(key);
        return arguments.length == 0 ? text : new MessageFormat(text, locale).format(arguments);
    }

    String language() {
        return locale.getLanguage();
    }

    /** As OpenGraph names it. */
    String territory() {
        return locale.toString();
    }

    String day(Instant at) {
        return day.format(at.atZone(zone));
    }

    /** For the axis of a chart. */
    String shortDay(Instant at) {
        return shortDay.format(at.atZone(zone));
    }

    String moment(Instant at) {
        return get("time.moment", day(at), minute.format(at.atZone(zone)));
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

    String monthOf(int year, int number) {
        String name = month.format(YearMonth.of(year, number));
        return name.substring(0, 1).toUpperCase(locale) + name.substring(1);
    }

    String number(double value) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(2);
        char written = DecimalFormatSymbols.getInstance(locale).getMinusSign();
        return format.format(value).replace(written, MINUS);
    }

    /** A change with its sign. */
    String change(double value) {
        return value > 0 ? "+" + number(value) : number(value);
    }
}
