"""Uploads: images for jobs to work on."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.models.requests import UploadRequest
from nightshift.uploads import sign_upload
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals

router = APIGatewayRouter()


class UploadForm(BaseModel):
    image_artifact: str = Field(description="What jobs call the image once it is there.")
    url: str = Field(description="Where to post the form, as multipart/form-data.")
    fields: dict[str, str] = Field(description="The form's fields, before the last one, file, which is the image.")
    expires_in: int = Field(description="Seconds for which the form holds.")


@router.post(
    "/uploads",
    summary="Sign the upload of an image",
    operation_id="sign_upload",
    description="The image goes to the bucket, not through the API, and is kept as long as every file.",
    tags=["artifacts"],
    responses=answers(200, UploadForm, "The form to upload with.") | refusals(400, 413, 415, 422, 503),
)
def sign(body: Annotated[UploadRequest, Body()]) -> Response[UploadForm]:
    upload = sign_upload(tenant(router), body.name, body.content_type, body.size)
    form = UploadForm(
        image_artifact=upload.image_artifact, url=upload.url, fields=upload.fields, expires_in=upload.expires_in
    )
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    return Response(HTTPStatus.OK.value, content_types.APPLICATION_JSON, form, headers)
