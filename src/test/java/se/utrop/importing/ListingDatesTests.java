package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingDatesTests {

    private static final ZoneId STOCKHOLM = ZoneId.of("Europe/Stockholm");

    private static final List<String> MONTHS = List.of(
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december");

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.891Z");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fallStrictlyFromOneToTheNext(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            Instant now = NOW.minusSeconds(random.nextInt(200_000_000));
            LocalDate captured = day(now).minusDays(random.nextInt(3));
            List<@Nullable LocalDate> days = days(random, captured, 1 + random.nextInt(40));
            List<Instant> spread = spread(captured, now, days);

            assertThat(spread).hasSameSizeAs(days);
            for (int i = 0; i < days.size(); i++) {
                assertThat(spread.get(i)).isBefore(i == 0 ? now : spread.get(i - 1));
                assertThat(day(spread.get(i))).isBeforeOrEqualTo(captured);
                if (days.get(i) != null) {
                    assertThat(day(spread.get(i))).isEqualTo(days.get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void keepWhatIsStored(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            LocalDate captured = day(NOW).minusDays(random.nextInt(2_000));
            List<@Nullable LocalDate> days = days(random, captured, 1 + random.nextInt(40));
            List<Instant> first = spread(captured, NOW, days);
            List<ListingDates.Entry> again = IntStream.range(0, days.size())
                    .mapToObj(i -> new ListingDates.Entry(
                            i + 1, stated(days.get(i)), random.nextInt(3) == 0 ? null : first.get(i)))
                    .toList();
            List<Instant> second = new ListingDates(captured, STOCKHOLM, NOW).spread(again);

            for (int i = 0; i < days.size(); i++) {
                if (again.get(i).stored() != null) {
                    assertThat(second.get(i)).isEqualTo(first.get(i));
                }
                assertThat(second.get(i)).isBefore(i == 0 ? NOW : second.get(i - 1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2024-02-29", "2023-12-31", "2024-01-01"})
    void holdOneDayWithManyNews(LocalDate day) {
        List<@Nullable LocalDate> days = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            days.add(day);
            days.add(null);
        }
        days.add(day);

        assertThat(spread(day, NOW, days))
                .isSortedAccordingTo((a, b) -> b.compareTo(a))
                .doesNotHaveDuplicates()
                .allSatisfy(instant -> assertThat(day(instant)).isEqualTo(day));
    }

    @Test
    void standAtNoonWhereNothingElseIsKnown() {
        LocalDate captured = LocalDate.of(2023, 10, 30);
        assertThat(spread(captured, NOW, Arrays.asList(null, null, null)))
                .containsExactly(
                        Instant.parse("2023-10-30T11:00:00Z"),
                        Instant.parse("2023-10-29T11:00:00Z"),
                        Instant.parse("2023-10-28T11:00:00Z"));
    }

    @Test
    void inferTheYearBackwards() {
        assertThat(statedDays(
                        LocalDate.of(2023, 1, 10),
                        "10 januari: A",
                        "1 januari: A",
                        "31 december: A",
                        "29 februari 2020: A",
                        "1 mars: A",
                        "28 februari: A"))
                .containsExactly(
                        LocalDate.of(2023, 1, 10),
                        LocalDate.of(2023, 1, 1),
                        LocalDate.of(2022, 12, 31),
                        LocalDate.of(2020, 2, 29),
                        LocalDate.of(2019, 3, 1),
                        LocalDate.of(2019, 2, 28));
        assertThat(statedDays(LocalDate.of(2023, 1, 10), "29 februari: A")).containsExactly(LocalDate.of(2020, 2, 29));
        assertThat(statedDays(LocalDate.of(2023, 1, 10), "11 januari: A")).containsExactly(LocalDate.of(2022, 1, 11));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Den 7 november: så blir det",
                "31 april: A",
                "0 maj: A",
                "29 februari 2023: A",
                "7 november",
                "7–8 november: A"
            })
    void readNoDayElsewhere(String title) {
        assertThat(StatedDay.of(title)).isNull();
    }

    @Test
    void refuseADayOfCopyingInTheFuture() {
        assertThatThrownBy(() -> new ListingDates(day(NOW).plusDays(1), STOCKHOLM, NOW))
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining("2026-03-05")
                .hasMessageContaining("--captured=yyyy-mm-dd");
    }

    @Test
    void refuseStatedDaysOutOfOrder() {
        assertThatThrownBy(() -> statedDays(LocalDate.of(2023, 11, 8), "5 maj 2022: A", "6 maj 2022: A"))
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining("states 2022-05-06 below 2022-05-05");
    }

    private static List<LocalDate> statedDays(LocalDate captured, String... titles) {
        List<ListingDates.Entry> entries = IntStream.range(0, titles.length)
                .mapToObj(i -> new ListingDates.Entry(i + 1, StatedDay.of(titles[i]), null))
                .toList();
        return new ListingDates(captured, STOCKHOLM, NOW)
                .spread(entries).stream().map(ListingDatesTests::day).toList();
    }

    private static List<Instant> spread(LocalDate captured, Instant now, List<@Nullable LocalDate> days) {
        List<ListingDates.Entry> entries = IntStream.range(0, days.size())
                .mapToObj(i -> new ListingDates.Entry(i + 1, stated(days.get(i)), null))
                .toList();
        return new ListingDates(captured, STOCKHOLM, now).spread(entries);
    }

    /** Some days, none after the one before and none a year before it. */
    private static List<@Nullable LocalDate> days(Random random, LocalDate captured, int size) {
        List<@Nullable LocalDate> days = new ArrayList<>();
        LocalDate latest = captured;
        for (int i = 0; i < size; i++) {
            if (random.nextBoolean()) {
                latest = latest.minusDays(random.nextInt(4) == 0 ? random.nextInt(365) : random.nextInt(3));
                days.add(latest);
            } else {
                days.add(null);
            }
        }
        return days;
    }

    private static @Nullable StatedDay stated(@Nullable LocalDate day) {
        return day == null
                ? null
                : StatedDay.of("%d %s: Nyhet".formatted(day.getDayOfMonth(), MONTHS.get(day.getMonthValue() - 1)));
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, STOCKHOLM);
    }
}
