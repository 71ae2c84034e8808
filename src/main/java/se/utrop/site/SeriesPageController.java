package se.utrop.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.http.Queries;
import se.utrop.http.RenderedResponses;
import se.utrop.http.Rendering;
import se.utrop.http.StoredQuery;
import se.utrop.site.Data.Figure;
import se.utrop.site.Data.FigureChart;
import se.utrop.site.Data.Point;
import se.utrop.site.Data.SeriesPage;
import se.utrop.site.Data.SeriesWithNews;
import se.utrop.site.Data.SeriesWithPoints;

/** The page of a series of situation reports, and its figures as charts. */
@PageController
class SeriesPageController {

    private static final StoredQuery<SeriesPage> SERIES = StoredQuery.of("site/SeriesPage", SeriesPage.class);

    private static final StoredQuery<FigureChart> FIGURE = StoredQuery.of("site/FigureChart", FigureChart.class);

    private static final MediaType SVG = MediaType.parseMediaType("image/svg+xml");

    /** A page shows no more charts than these. */
    private static final int MOST_FIGURES = 12;

    private static final int LONGEST_TABLE = 100;

    private final Pages pages;

    private final RenderedResponses responses;

    private final Templates templates;

    private final Texts texts;

    private final LivePages live;

    SeriesPageController(Pages pages, RenderedResponses responses, Templates templates, Site site, LivePages live) {
        this.pages = pages;
        this.responses = responses;
        this.templates = templates;
        this.texts = site.texts();
        this.live = live;
    }

    /** A series and the charts of its figures. */
    record ChartedSeries(SeriesWithNews series, List<FigureHistory> figures) {}

    /** A figure over the whole series, oldest report first. */
    record FigureHistory(
            String name, String label, @Nullable String unit, List<Point> points, LineChart chart) {

        Point latest() {
            return points.getLast();
        }

        /** The latest points, as the table shows them. */
        List<Point> newestFirst() {
            return points.reversed().subList(0, Math.min(points.size(), LONGEST_TABLE));
        }
    }

    @GetMapping("/series/{slug}")
    Mono<Void> series(@PathVariable String slug, ServerWebExchange exchange) {
        ListAddress address = ListAddress.of(
                Parameters.path("/series", slug), exchange.getRequest().getQueryParams());
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(address.variables());
        variables.put("slug", slug);
        return pages.serve(
                exchange,
                address,
                queries -> SERIES.execute(queries, variables)
                        .mapNotNull(SeriesPage::seriesBySlug)
                        .flatMap(series -> histories(queries, series)
                                .map(figures -> page(new ChartedSeries(series, figures), address))));
    }

    private Mono<List<FigureHistory>> histories(Queries queries, SeriesWithNews series) {
        return Flux.fromStream(figureNames(series))
                .concatMap(name -> history(queries, series.slug(), name))
                .collectList();
    }

    /** Those of the latest report, and then those of the reports before it. */
    private static Stream<String> figureNames(SeriesWithNews series) {
        List<Figure> latest =
                series.latest() == null ? List.of() : series.latest().figures();
        return Stream.concat(
                        latest.stream(),
                        series.news().nodes().stream()
                                .flatMap(report -> Optional.ofNullable(report.figures()).stream())
                                .flatMap(List::stream))
                .map(Figure::name)
                .distinct()
                .limit(MOST_FIGURES);
    }

    private Mono<FigureHistory> history(Queries queries, String slug, String name) {
        return FIGURE.execute(queries, Map.of("slug", slug, "name", name))
                .mapNotNull(FigureChart::seriesBySlug)
                .filter(series -> !series.figures().isEmpty())
                .map(series -> history(series, name));
    }

    private FigureHistory history(SeriesWithPoints series, String name) {
        Point latest = series.figures().getLast();
        return new FigureHistory(
                name,
                latest.label(),
                latest.unit(),
                series.figures(),
                LineChart.of(series.name() + ": " + latest.label(), series.figures(), texts));
    }

    private Page page(ChartedSeries model, ListAddress address) {
        SeriesWithNews series = model.series();
        NewsQuery query = NewsQuery.ofSeries(series.slug());
        return Page.of("series", model, series.name(), address.toString())
                .describedAs(texts.get("series.description", series.name()))
                .withFeed(query.parameters().toString())
                .between(
                        address.previous(series.news().pageInfo()),
                        address.next(series.news().pageInfo()))
                .following(live.list(series.news(), query, address));
    }

    @GetMapping("/series/{slug}/{figure}.svg")
    Mono<Void> chart(@PathVariable String slug, @PathVariable String figure, ServerWebExchange exchange) {
        String address = Parameters.path(Parameters.path("/series", slug), figure) + ".svg";
        return responses.serve(
                exchange,
                address,
                queries -> history(queries, slug, figure)
                        .map(history -> svg(history.chart()))
                        .defaultIfEmpty(Rendering.of(HttpStatus.NOT_FOUND, SVG, new byte[0])));
    }

    private Rendering svg(LineChart chart) {
        byte[] content = templates.render("picture", Map.of("chart", chart, "language", texts.language()));
        return Rendering.of(HttpStatus.OK, SVG, content);
    }
}
