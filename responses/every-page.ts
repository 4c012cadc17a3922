/** All pages of an answer that comes in pages, in order. */
export async function everyPage<Page extends { readonly NextToken?: string | undefined }>(
  pageAt: (token: string | undefined) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    const page: Page = await pageAt(token);
    pages.push(page);
    // EC2 says with an empty token, too, that there are no more.
    token = page.NextToken === "" ? undefined : page.NextToken;
  } while (token !== undefined);
  return pages;
}
