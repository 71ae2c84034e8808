package se.utrop.news;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;
import se.utrop.graphql.Limits;
import se.utrop.paging.Connection;
import se.utrop.paging.Cursors;
import se.utrop.paging.PageArguments;
import se.utrop.paging.Position;
import se.utrop.paging.Window;

@Controller
class RevisionController {

    private final Cursors cursors;

    private final Limits limits;

    RevisionController(RevisionRepository revisions, Cursors cursors, Limits limits, BatchLoaderRegistry loaders) {
        this.cursors = cursors;
        this.limits = limits;
        Batched.<Versions, List<Revision>>answer(
                loaders,
                "revisions",
                (asked, keys) -> revisions.find(asked.before(), asked.limit(), asked.selection(), keys));
        Batched.<RevisionSelection, List<Revision>>answer(loaders, "corrections", revisions::corrections);
    }

    @SchemaMapping(typeName = "News")
    CompletableFuture<Connection<Revision>> revisions(
            News source,
            @Argument @Nullable Integer first,
            @Argument @Nullable String after,
            DataFetchingFieldSelectionSet selection,
            DataLoader<Batched<Versions>, List<Revision>> revisions) {
        String list = "revisions " + source.key();
        Window window = new PageArguments(first, after, null, null).window(() -> list, cursors, limits);
        Versions versions = new Versions(
                window.after() == null ? Long.MAX_VALUE : window.after().key(),
                window.size() + 1,
                RevisionSelection.of(selection, "nodes/", "edges/node/"));
        return revisions
                .load(new Batched<>(versions, source.key()))
                .thenApply(found -> Connection.of(
                        window,
                        found,
                        window.after() != null,
                        false,
                        0,
                        revision -> cursors.write(list, new Position(0, revision.number()))));
    }

    @SchemaMapping(typeName = "News")
    CompletableFuture<List<Revision>> corrections(
            News source,
            DataFetchingFieldSelectionSet selection,
            DataLoader<Batched<RevisionSelection>, List<Revision>> corrections) {
        return corrections.load(new Batched<>(RevisionSelection.of(selection, ""), source.key()));
    }

    record Versions(long before, int limit, RevisionSelection selection) {}
}
